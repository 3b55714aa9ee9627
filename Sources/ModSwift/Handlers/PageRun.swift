// SPDX-License-Identifier: Apache-2.0

/// One run of a page: what its code is given. Used by the code that the builder generates, not by
/// authors.
@_documentation(visibility: internal)
public final class PageRun {
    /// The request that the page answers.
    public let req: Request
    let output: PageOutput
    private let page: LoadedPage
    private let parameters: [String: Any]
    private let caught: (any Error)?
    private var madeInterface: PSPInterface?
    private var usedSession: Session?
    /// Whether the request had no session before the page asked for it.
    private var ownsSession = false

    init(
        _ page: LoadedPage, _ request: Request, _ output: PageOutput, parameters: [String: Any],
        caught: (any Error)? = nil
    ) {
        self.page = page
        req = request
        self.output = output
        self.parameters = parameters
        self.caught = caught
    }

    /// Takes the page's text.
    public var text: PageText { PageText(output) }
    /// Takes data between tags.
    public var html: PageSink { PageSink(output, .text) }
    /// Takes data of attributes.
    public var attribute: PageSink { PageSink(output, .attribute) }
    /// Takes URLs.
    public var url: PageSink { PageSink(output, .url) }
    /// Takes data of a URL behind its beginning.
    public var urlName: PageSink { PageSink(output, .urlName) }
    /// Takes data of a URL's query.
    public var urlQuery: PageSink { PageSink(output, .urlQuery) }
    /// Takes URLs of a list.
    public var urlList: PageSink { PageSink(output, .urlList) }
    /// Takes data of strings in scripts.
    public var scriptString: PageSink { PageSink(output, .scriptString) }
    /// Takes data of strings in style sheets.
    public var styleString: PageSink { PageSink(output, .styleString) }
    /// Takes data of comments.
    public var comment: PageSink { PageSink(output, .comment) }
    /// Takes what is written as it is.
    public var raw: PageSink { PageSink(output, .raw) }

    /// The page's `psp`.
    public var psp: PSPInterface {
        if let madeInterface { return madeInterface }
        let interface = PSPInterface(req, page.path)
        madeInterface = interface
        return interface
    }

    /// The page's `session`, which is saved when the page has come to its end.
    public func session() throws -> Session {
        ownsSession = !req.hasSession
        let session = try req.session()
        usedSession = session
        return session
    }

    /// Saves the session that the page has used.
    func saveSession() throws { try usedSession?.save() }

    /// Lets other requests have the session, unless a handler had it before.
    func unlockSession() { if ownsSession { usedSession?.unlock() } }

    /// The page that is shown in the place of this one when it throws.
    var errorPage: LoadedPage? { madeInterface?.errorPage }

    /// A value that the page must be given.
    public func parameter<Value>(_ name: String) throws -> Value {
        guard let value: Value = try optionalParameter(name) else {
            throw PageParameterError(
                page: page.path, name: name, expected: "\(Value.self)", given: nil)
        }
        return value
    }

    /// A value that the page may be given.
    public func optionalParameter<Value>(_ name: String) throws -> Value? {
        guard let given = parameters[name] else { return nil }
        guard let value = given as? Value else {
            throw PageParameterError(
                page: page.path, name: name, expected: "\(Value.self)", given: "\(type(of: given))")
        }
        return value
    }

    /// The error for which this page is shown.
    public func exception() throws -> any Error {
        // A page that explains errors is not to be asked for by clients.
        guard let caught else { throw Status.notFound }
        return caught
    }
}
