// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A page as a template, which a handler fills.
///
/// ```swift
/// func handler(_ req: Request) throws -> Status {
///     req.contentType = "text/html; charset=utf-8"
///     try PSP(req, file: "hello.psp").run(["name": "Ann"])
///     return .ok
/// }
/// ```
///
/// `hello.psp` declares what it is given:
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

    /// Takes a page from a file, and has it compiled where that is still to be done.
    ///
    /// - Parameters:
    ///   - req: The request that the page answers.
    ///   - file: An absolute path, or one beside the request's file; nil for the request's file
    ///     itself.
    ///   - variables: Values for the page's parameters.
    /// - Throws: An error that ends the request as 500 when there is no such page, or when it does
    ///   not compile.
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

    /// Takes a page from a text that your code holds, such as one of a database.
    ///
    /// Each different text is compiled and stays in the process until that ends, so a process takes 512
    /// of them. The text is code: never make it of what a client has sent.
    ///
    /// - Parameters:
    ///   - req: The request that the page answers.
    ///   - string: The page. Files that it includes have absolute paths.
    ///   - variables: Values for the page's parameters.
    /// - Throws: An error that ends the request as 500 when the text does not compile.
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
    ///   - variables: Values for the page's parameters, before those that the initialiser was given.
    ///   - flush: Whether what is written is sent at once, instead of with the rest of the response.
    /// - Throws: What the page throws; ``PageParameterError``; ``ClientGone``.
    ///
    /// Corresponds to `PSP.run()` in mod_python.
    public func run(_ variables: [String: Any] = [:], flush: Bool = false) throws {
        do {
            try page.run(request, self.variables.merging(variables) { $1 })
        } catch let failure as PageFailure {
            // Callers catch what the page has thrown, by its own type.
            ThrowRecord.keep(failure.error)
            throw failure.error
        }
        if flush { try request.flush() }
    }

    /// The page beside the Swift that it is translated to, as a piece of HTML.
    ///
    /// - Throws: An error when the page cannot be read any more.
    ///
    /// Corresponds to `PSP.display_code()` in mod_python.
    public func displayCode() throws -> Markup { try PageListing.listing(of: page.path) }
}
