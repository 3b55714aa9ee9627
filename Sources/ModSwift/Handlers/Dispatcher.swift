// SPDX-License-Identifier: Apache-2.0
//
// From a hook to the handlers that stand for it, and back to httpd with one status.

internal import ModSwiftSystem

/// Runs the handlers of a phase.
enum Dispatcher {
    /// Runs what is configured for a phase of a request, and what code has added to it.
    ///
    /// - Returns: What the hook returns to httpd.
    static func run(_ phase: Phase, of record: RequestRecord) -> Int32 {
        guard let configuration = record.configuration else { return -1 }
        let entries = configuration.handlers(for: phase)
        if entries.count == 0, !record.hasAddedHandlers {
            return phase == .content ? refuseUnconfigured(record) : -1
        }
        let request = Request.of(record)
        request.phase = phase
        if let place = configuration.refused {
            return finish(report(.htaccessRefused(place), request, phase, ""), request)
        }
        return finish(runAll(entries, phase, request, configuration), request)
    }

    /// Runs the handlers of a connection, until one does not decline it.
    ///
    /// - Returns: What the hook returns to httpd.
    static func run(_ record: ConnectionRecord) -> Int32 {
        guard let server = record.baseServer, let configuration = server.defaults else { return -1 }
        let connection = Connection.of(record)
        let entries = server.connectionHandlers
        for index in 0..<entries.count {
            let status = Funnel.call(.configured(entries[index]), connection, configuration)
            if status == .declined { continue }
            connection.stream.flush()
            return 0
        }
        return -1
    }

    /// The content phase of a Swift source that no handler was mapped to.
    static func refuseSource(of record: RequestRecord) -> Int32 {
        let request = Request.of(record)
        return finish(report(.sourceRefused(record.filename ?? ""), request, .content, ""), request)
    }

    /// SetHandler mod_swift without a SwiftHandler: the next module would serve the file, which may
    /// be a source.
    private static func refuseUnconfigured(_ record: RequestRecord) -> Int32 {
        let request = Request.of(record)
        return finish(report(.noHandler, request, .content, ""), request)
    }

    private static func runAll(
        _ entries: HandlerEntries, _ phase: Phase, _ request: Request,
        _ configuration: DirectoryConfiguration
    ) -> Status {
        var stack = HandlerStack()
        if entries.selectsByExtension {
            for entry in entries.selected(for: request.filename) {
                stack.add(Funnel.call(.configured(entry), phase, request, configuration))
                if stack.isDone { return stack.result }
            }
        } else {
            for index in 0..<entries.count {
                stack.add(Funnel.call(.configured(entries[index]), phase, request, configuration))
                if stack.isDone { return stack.result }
            }
        }
        // Handlers may add handlers to the phase that is running.
        var position = 0
        while let added = request.existingExtras?.added, position < added.count {
            defer { position += 1 }
            guard added[position].phase == phase else { continue }
            stack.add(Funnel.call(.added(added[position]), phase, request, configuration))
            if stack.isDone { return stack.result }
        }
        return stack.result
    }

    private static func report(
        _ failure: Failure, _ request: Request, _ phase: Phase, _ handler: String
    ) -> Status {
        ErrorReporter.report(failure, request: request, phase: phase, handler: handler)
    }

    /// What httpd gets: a source must not be served for want of a handler that answers.
    private static func finish(_ status: Status, _ request: Request) -> Int32 {
        // Anything else would keep other modules from writing their logs.
        if request.phase == .log { return 0 }
        if status == .declined, request.phase == .content, isSource(request.filename) {
            return finish(
                report(.sourceRefused(request.filename ?? ""), request, .content, ""), request)
        }
        return status.rawValue < 200 ? Int32(status.rawValue) : answer(with: status, request)
    }

    /// An HTTP status: httpd makes a document for an error and a redirect; a success is the answer
    /// that the handler has written.
    private static func answer(with status: Status, _ request: Request) -> Int32 {
        let record = request.live
        if record.hasSentBytes {
            return Int32(report(.tooLate(status), request, request.phase, "").rawValue)
        }
        let code = Int32(truncatingIfNeeded: status.rawValue)
        guard code < 300 else {
            record.nameStatus(code)
            return code
        }
        record.status = code
        return 0
    }

    private static func isSource(_ path: String?) -> Bool {
        path.map { $0.hasSuffix(".swift") || $0.hasSuffix(".psp_") } ?? false
    }
}

/// What several handlers of one phase come to.
///
/// In the content phase the next handler runs after ok and declined; the phase is handled when one
/// of them handled it. (mod_python 3.3's per-phase rules, N5-13; the other phases follow with their
/// directives.)
struct HandlerStack {
    private(set) var result = Status.declined
    private(set) var isDone = false

    mutating func add(_ status: Status) {
        switch status {
        case .declined: break
        case .ok: result = .ok
        default:
            result = status
            isDone = true
        }
    }
}

extension HandlerEntries {
    /// The entries for a file: those for its extension, or else those for any file.
    func selected(for filename: String?) -> [HandlerEntry] {
        let all = (0..<count).map { self[$0] }
        let wanted = filename.flatMap(fileExtension)
        let special = all.filter { $0.fileExtension != nil && $0.fileExtension == wanted }
        return special.isEmpty ? all.filter { $0.fileExtension == nil } : special
    }
}

/// The extension of a file name: what follows the first run of dots, with one dot.
///
/// `a.tar.gz` has `.tar.gz`, `a..b` has `.b`, `.b` has `.b`; nil where there is none.
func fileExtension(of path: String) -> String? {
    let name = FilePath.name(of: path)
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let rest = name[dot...].drop { $0 == "." }
    return rest.isEmpty ? nil : ".\(rest)"
}
