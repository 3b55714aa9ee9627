// SPDX-License-Identifier: Apache-2.0

/// One run of a page, with the objects for its code. Used by the code that the builder generates,
/// not by authors.
@_documentation(visibility: internal)
public final class PageRun {
    /// The request that the page responds to.
    public let req: Request
    let output: PageOutput
    private let page: LoadedPage
    private let parameters: [String: Any]
    private let caught: (any Error)?
    private var madeInterface: PSPInterface?
    private var usedSession: Session?
    /// Whether the request had no session before the page used it.
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

    /// Writes the page's text.
    public var text: PageText { PageText(output) }
    /// Writes data between tags.
    public var html: PageSink { PageSink(output, .text) }
    /// Writes data in attributes.
    public var attribute: PageSink { PageSink(output, .attribute) }
    /// Writes URLs.
    public var url: PageSink { PageSink(output, .url) }
    /// Writes data in a URL after its beginning.
    public var urlName: PageSink { PageSink(output, .urlName) }
    /// Writes data in a URL's query.
    public var urlQuery: PageSink { PageSink(output, .urlQuery) }
    /// Writes URLs in a list.
    public var urlList: PageSink { PageSink(output, .urlList) }
    /// Writes data in strings in scripts.
    public var scriptString: PageSink { PageSink(output, .scriptString) }
    /// Writes data in strings in style sheets.
    public var styleString: PageSink { PageSink(output, .styleString) }
    /// Writes data in comments.
    public var comment: PageSink { PageSink(output, .comment) }
    /// Writes data without escaping.
    public var raw: PageSink { PageSink(output, .raw) }

    /// The page's `psp`.
    public var psp: PSPInterface {
        if let madeInterface { return madeInterface }
        let interface = PSPInterface(req, page.path)
        madeInterface = interface
        return interface
    }

    /// The page's `session`, which is saved when the page ends.
    public func session() throws -> Session {
        ownsSession = !req.hasSession
        let session = try req.session()
        usedSession = session
        return session
    }

    /// Saves the session that the page has used.
    func saveSession() throws { try usedSession?.save() }

    /// Unlocks the session for other requests, unless a handler had loaded it before.
    func unlockSession() { if ownsSession { usedSession?.unlock() } }

    /// The page that is shown instead of this one if it throws.
    var errorPage: LoadedPage? { madeInterface?.errorPage }

    /// Returns the value of a required parameter of the page.
    public func parameter<Value>(_ name: String) throws -> Value {
        guard let value: Value = try optionalParameter(name) else {
            throw PageParameterError(
                page: page.path, name: name, expected: "\(Value.self)", given: nil)
        }
        return value
    }

    /// Returns the value of an optional parameter of the page.
    public func optionalParameter<Value>(_ name: String) throws -> Value? {
        guard let given = parameters[name] else { return nil }
        guard let value = given as? Value else {
            throw PageParameterError(
                page: page.path, name: name, expected: "\(Value.self)", given: "\(type(of: given))")
        }
        return value
    }

    /// Returns the error for which this page is shown.
    public func exception() throws -> any Error {
        // Clients must not request an error page directly.
        guard let caught else { throw Status.notFound }
        return caught
    }
}
