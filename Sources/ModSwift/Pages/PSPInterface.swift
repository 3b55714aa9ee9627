// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The object `psp` in a page's code.
///
/// ```html
/// <% try psp.setErrorPage("error.psp") %>
/// <% if form.getFirst("name") == nil { try psp.redirect("/ask") } %>
/// ```
///
/// Corresponds to `PSPInterface` in mod_python.
public final class PSPInterface {
    private let request: Request
    private let path: String
    private(set) var errorPage: LoadedPage?

    init(_ request: Request, _ path: String) {
        self.request = request
        self.path = path
    }

    /// Sets the page that is shown instead of this one if it throws an error. That page finds the
    /// error under the name `exception`.
    ///
    /// The output of this page is discarded, unless it was flushed. The error is logged, and the response
    /// has its status, 500 or that of a ``StatusError``, which the error page may change. A thrown
    /// ``Status`` is not an error, and a trap ends the request.
    ///
    /// - Parameter path: Relative to the document root if it begins with a slash; otherwise
    ///   relative to the page's directory.
    /// - Throws: An error if there is no such page, or if it does not compile.
    ///
    /// Corresponds to `psp.set_error_page()` in mod_python.
    public func setErrorPage(_ path: String) throws {
        let directory =
            path.hasPrefix("/") ? request.documentRoot ?? "" : FilePath.parent(of: self.path)
        errorPage = try Pages.page("\(directory)/\(path)", for: request)
    }

    /// Calls a function with the fields of the request's form, decoded into the function's
    /// argument.
    ///
    /// ```html
    /// <% struct Order: Decodable { let item: String; let count: Int } %>
    /// <%= try psp.applyData { (order: Order) in "\(order.count) \(order.item)" } %>
    /// ```
    ///
    /// - Parameter function: Its argument is of a type that a form can be decoded into.
    /// - Returns: The function's result.
    /// - Throws: ``FormError`` if the fields do not match, which ends the request as 400; errors of
    ///   the function.
    ///
    /// Corresponds to `psp.apply_data()` in mod_python.
    public func applyData<Arguments: Decodable, Result>(
        _ function: (Arguments) throws -> Result
    ) throws -> Result {
        try function(request.form().decode(Arguments.self))
    }

    /// Ends the page, and redirects the client to another address.
    ///
    /// - Parameters:
    ///   - location: A URL, or a path on this server.
    ///   - permanent: Whether the page has moved permanently (301 instead of 302).
    /// - Throws: Always: the status that ends the page; ``RefusedValue`` if the location contains
    ///   NUL, CR or LF; ``PageOutputError`` if a part of the page has already been sent.
    ///
    /// Corresponds to `psp.redirect()` in mod_python.
    public func redirect(_ location: String, permanent: Bool = false) throws -> Never {
        if request.live.hasSentHead || request.stateIfAny?.page?.hasPassedOn == true {
            throw PageOutputError()
        }
        try request.errHeadersOut.set("Location", to: location)
        throw permanent ? Status.movedPermanently : Status.movedTemporarily
    }
}

/// The error of a redirect from a page that has already been sent, partly or completely.
public struct PageOutputError: Error, Sendable, CustomStringConvertible {
    init() {}

    /// One sentence.
    public var description: String {
        "a redirect has to come before any output that is flushed, and some was"
    }
}
