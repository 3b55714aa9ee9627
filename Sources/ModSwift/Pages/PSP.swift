// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A page as a template, which a handler runs with values.
///
/// ```swift
/// func handler(_ req: Request) throws -> Status {
///     req.contentType = "text/html; charset=utf-8"
///     try PSP(req, file: "hello.psp").run(["name": "Ann"])
///     return .ok
/// }
/// ```
///
/// `hello.psp` declares its parameters:
///
/// ```html
/// <%@ param name: String %>
/// <h1>Hello <%= name %></h1>
/// ```
///
/// Corresponds to `psp.PSP` in mod_python.
public final class PSP {
    private let request: Request
    private let page: LoadedPage
    private let variables: [String: Any]

    /// Loads a page from a file, and compiles it if necessary.
    ///
    /// - Parameters:
    ///   - req: The request that the page responds to.
    ///   - file: An absolute path, or a path relative to the directory of the request's file; nil
    ///     for the request's file itself.
    ///   - variables: Values for the page's parameters.
    /// - Throws: An error that ends the request as 500 if there is no such page, or if it does not
    ///   compile.
    ///
    /// Corresponds to `psp.PSP(req, filename=…)` in mod_python.
    public init(_ req: Request, file: String? = nil, _ variables: [String: Any] = [:]) throws {
        let own = req.filename ?? ""
        let path =
            file.map { $0.hasPrefix("/") ? $0 : "\(FilePath.parent(of: own))/\($0)" } ?? own
        page = try Pages.page(path, for: req)
        request = req
        self.variables = variables
    }

    /// Loads a page from a text, such as one from a database.
    ///
    /// Each distinct text is compiled and stays in the process until the process ends; therefore a
    /// process accepts at most 512 of them. The text is code: never build it from data that a
    /// client has sent.
    ///
    /// - Parameters:
    ///   - req: The request that the page responds to.
    ///   - string: The page. Paths of files that it includes must be absolute.
    ///   - variables: Values for the page's parameters.
    /// - Throws: An error that ends the request as 500 if the text does not compile.
    ///
    /// Corresponds to `psp.PSP(req, string=…)` in mod_python.
    public init(_ req: Request, string: String, _ variables: [String: Any] = [:]) throws {
        page = try Pages.page(text: string, for: req)
        request = req
        self.variables = variables
    }

    /// Writes the page to the response.
    ///
    /// - Parameters:
    ///   - variables: Values for the page's parameters; they override those that were passed to the
    ///     initialiser.
    ///   - flush: Whether the output is sent at once, instead of with the rest of the response.
    /// - Throws: Errors of the page; ``PageParameterError``; ``ClientGone``.
    ///
    /// Corresponds to `PSP.run()` in mod_python.
    public func run(_ variables: [String: Any] = [:], flush: Bool = false) throws {
        do {
            try page.run(request, self.variables.merging(variables) { $1 })
        } catch let failure as PageFailure {
            // Callers catch the page's error by its own type.
            ThrowRecord.keep(failure.error)
            throw failure.error
        }
        if flush { try request.flush() }
    }

    /// Returns an HTML fragment that shows the page beside its Swift translation.
    ///
    /// - Throws: An error if the page can no longer be read.
    ///
    /// Corresponds to `PSP.display_code()` in mod_python.
    public func displayCode() throws -> Markup { try PageListing.listing(of: page.path) }
}
