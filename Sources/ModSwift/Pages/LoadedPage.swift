// SPDX-License-Identifier: Apache-2.0

/// A page that can be run.
final class LoadedPage: @unchecked Sendable {  // because it never changes
    /// The page's path.
    let path: String
    /// The source files in which its errors can occur.
    private let files: [String]
    private let body: PageBody

    init(path: String, files: [String], _ body: PageBody) {
        self.path = path
        self.files = files
        self.body = body
    }

    /// Runs the page, or the error page that it has set. The output is passed to the request when
    /// the outermost page ends.
    ///
    /// - Parameter caught: The error that the page explains.
    /// - Throws: Errors of the page; ``PageFailure`` with the location.
    func run(
        _ request: Request, _ parameters: [String: Any] = [:], caught: (any Error)? = nil
    ) throws {
        let outer = request.stateIfAny?.page
        let output = outer ?? PageOutput(request)
        let start = output.count
        request.state.page = output
        let run = PageRun(self, request, output, parameters: parameters, caught: caught)
        defer { run.unlockSession() }
        do {
            do {
                try perform(run)
            } catch let status as Status where status == .ok || status == .done {
                // The page has ended early.
            }
            try run.saveSession()
        } catch {
            if !output.hasPassedOn { output.truncate(to: start) }
            do {
                try explain(error, run, isWhole: outer == nil && !output.hasPassedOn)
            } catch {
                if outer == nil { end(output, of: request) }
                throw error
            }
        }
        guard outer == nil else { return }
        output.passOn()
        end(output, of: request)
    }

    private func end(_ output: PageOutput, of request: Request) {
        request.stateIfAny?.page = nil
        output.end()
    }

    private func perform(_ run: PageRun) throws {
        run.output.place = nil
        switch body {
        case .sync(let function): try function(run)
        case .async(let function):
            try WorkerExecutor.run(run.req) { _ in try await function(run) }
        }
    }

    /// Shows the error page, if one was set; a status and an HTTPError of the author are decisions,
    /// not errors.
    ///
    /// - Parameter isWhole: Whether the error page is the response, and not a part of one.
    private func explain(_ error: any Error, _ run: PageRun, isWhole: Bool) throws {
        let place = run.output.place.map {
            SourcePlace(file: files[$0.file], line: $0.line, column: $0.column)
        }
        switch error {
        case is Status, is HTTPError, is AnsweredByHttpd, is ClientGone: throw error
        default: break
        }
        let failure = error as? PageFailure ?? PageFailure(error, place)
        guard let page = run.errorPage, page !== self else { throw failure }
        let story = HandlerFailure(describing: failure).located()
        ErrorReporter.log(story, run.req, "\(printable(path)) (error page \(printable(page.path)))")
        if isWhole { run.req.status = HTTPStatus(rawValue: story.status.rawValue) }
        try page.run(run.req, caught: failure.error)
    }
}

/// The function of a page.
enum PageBody {
    case sync((PageRun) throws -> Void)
    case async((PageRun) async throws -> Void)
}

/// An error that a page has thrown, and its location.
struct PageFailure: Error {
    let error: any Error
    /// The tag that was running.
    let place: SourcePlace?
    /// See ``ThrowRecord/frames(of:)``.
    let frames: [UInt]

    init(_ error: any Error, _ place: SourcePlace?) {
        self.error = error
        self.place = place
        frames = ThrowRecord.frames(of: error)
    }
}
