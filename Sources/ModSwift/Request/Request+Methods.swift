// SPDX-License-Identifier: Apache-2.0
//
// The methods that a resource allows, which the `Allow` header of a 405, a 501 or a response to
// OPTIONS lists.

extension Request {
    /// Sets the methods that the resource allows. It rejects no request: for any other method a
    /// handler throws ``Status/methodNotAllowed``, and the methods are sent as `Allow`, as in the
    /// response to OPTIONS, whether the handler returns ``Status/ok`` or ``Status/declined``.
    ///
    /// ```swift
    /// req.allowMethods(["GET", "POST", "BREW"])
    /// guard req.method != "PUT" else { throw Status.methodNotAllowed }
    /// ```
    ///
    /// - Parameters:
    ///   - methods: Names in capital letters; GET includes HEAD. An invalid name (empty, or with
    ///     blanks, commas …) is rejected and ends the request as 500.
    ///   - reset: Whether methods that were allowed before are removed.
    ///   - file: The caller's file, for the log.
    ///   - line: The caller's line, for the log.
    ///
    /// Corresponds to `req.allow_methods()` in mod_python (whose `apache.allow_methods` was never
    /// implemented, N4-01); to `ap_allow_methods`.
    public func allowMethods(
        _ methods: [String], reset: Bool = false, file: StaticString = #fileID, line: UInt = #line
    ) {
        if let wrong = methods.first(where: { !isToken($0) }) {
            return remember(
                mistake: "allowMethods: \"\(printable(wrong))\" is not a method", file: file,
                line: line
            )
        }
        if reset { live.forgetAllowedMethods() }
        for method in methods { live.allowMethod(method) }
        state.hasAllowedMethods = true
        if method == "OPTIONS" { headersOut["Allow"] = allowList }
    }

    /// The value of the `Allow` header.
    var allowList: String { allowedMethods.joined(separator: ", ") }

    /// Adds the methods that the author has allowed to any error document.
    func sendAllow() {
        if stateIfAny?.hasAllowedMethods == true { errHeadersOut["Allow"] = allowList }
    }

    /// Responds to OPTIONS as httpd would, except that httpd would add POST to the methods that the
    /// author has allowed.
    ///
    /// - Returns: Whether the author has set the allowed methods, and the request is an OPTIONS
    ///   request.
    func respondToOptions() -> Bool {
        guard stateIfAny?.hasAllowedMethods == true, method == "OPTIONS" else { return false }
        contentType = nil
        headersOut["Allow"] = allowList
        setContentLength(0)
        return true
    }

    /// The allowed methods as in `Allow`: GET includes HEAD, and methods without an httpd number
    /// are at the end. `req.allowed_methods`.
    public var allowedMethods: [String] {
        let mask = live.allowedMethodMask
        let numbered = (0..<63).filter { mask & 1 << $0 != 0 && $0 != Method.invalid.rawValue }
        return numbered.flatMap { number in
            number == 0 ? ["GET", "HEAD"] : live.methodName(of: number).map { [$0] } ?? []
        } + live.allowedExtensionMethods
    }

    /// Methods without a number that modules have allowed in httpd's older list. httpd itself does
    /// not fill it: see ``allowedMethods``. `req.allowed_xmethods`.
    public var allowedXmethods: [String] { live.allowedXmethods }

    /// httpd's older set of allowed methods: bit n represents the method with the number n. Modules
    /// fill it; ``allowMethods(_:reset:file:line:)`` does not. `req.allowed`.
    public var allowed: Int { live.allowed }
}

/// Whether a text is a token of HTTP, such as a method.
private func isToken(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
}
