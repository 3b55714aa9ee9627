// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// What a page's code finds under the name `psp`.
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

    /// Names the page that is shown in the place of this one when it throws an error. That page finds
    /// the error under the name `exception`.
    ///
    /// What this page has written is thrown away, unless it was flushed. A ``Status`` that is thrown is
    /// no error, and a trap ends the request.
    ///
    /// - Parameter path: Below the document root where it begins with a slash; else beside the page.
    /// - Throws: An error when there is no such page, or when it does not compile.
    ///
    /// Corresponds to `psp.set_error_page()` in mod_python.
    public func setErrorPage(_ path: String) throws {
        let directory =
            path.hasPrefix("/") ? request.documentRoot ?? "" : FilePath.parent(of: self.path)
        errorPage = try Pages.page("\(directory)/\(path)", for: request)
    }

    /// Calls a function with the fields of the request's form, decoded into what the function takes.
    ///
    /// ```html
    /// <% struct Order: Decodable { let item: String; let count: Int } %>
    /// <%= try psp.applyData { (order: Order) in "\(order.count) \(order.item)" } %>
    /// ```
    ///
    /// - Parameter function: Takes a value that a form can be decoded into.
    /// - Returns: What the function returns.
    /// - Throws: ``FormError`` when the fields do not fit, which ends as 400; what the function throws.
    ///
    /// Corresponds to `psp.apply_data()` in mod_python.
    public func applyData<Arguments: Decodable, Result>(
        _ function: (Arguments) throws -> Result
    ) throws -> Result {
        try function(request.form().decode(Arguments.self))
    }

    /// Ends the page, and sends the client to another address.
    ///
    /// - Parameters:
    ///   - location: A URL, or the path of one on this server.
    ///   - permanent: Whether the page has moved for good (301 instead of 302).
    /// - Throws: Always: the status that ends the page; ``RefusedValue`` for a location that holds NUL,
    ///   CR or LF; ``PageOutputError`` when a part of the page is on its way already.
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

/// A page that was to be left has been sent already, in part or as a whole.
public struct PageOutputError: Error, Sendable, CustomStringConvertible {
    init() {}

    /// One sentence.
    public var description: String {
        "a redirect has to come before any output that is flushed, and some was"
    }
}
