// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the session is in the request's pool; this object asks the request for its record each
// time, which stops the process after the request has ended.
/// The session of mod_session, which mod_auth_form uses.
///
/// It differs from ``Session``: its values are text, it is stored by mod_session_cookie or
/// mod_session_dbd, and httpd writes it automatically when the response begins. Set values before
/// that: values set later are lost without an error.
///
/// ```swift
/// let user = try req.httpdSession()?["user"]
/// ```
@safe public final class HTTPDSession {
    private let request: Request
    private let session: UnsafeMutablePointer<session_rec>

    fileprivate init(_ request: Request, _ session: UnsafeMutablePointer<session_rec>) {
        self.request = request
        unsafe self.session = session
    }

    /// A value; nil if there is none. Setting nil removes it.
    ///
    /// A value that contains NUL, or is set after the response has begun, is rejected and ends the
    /// request as 500.
    public subscript(name: String) -> String? {
        get {
            var value: UnsafePointer<CChar>?
            let code = unsafe msw_session_get(request.live.pointer, session, name, &value)
            return code == APR_SUCCESS ? text(value) : nil
        }
        set {
            do {
                try set(name, to: newValue)
            } catch {
                request.remember(mistake: "\(error)")
            }
        }
    }

    /// Sets a value, or removes it.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: The value; nil removes it.
    /// - Throws: ``SessionError/unsupported(_:)`` if httpd would lose it because it contains NUL,
    ///   or because the response has begun; ``ServerError``.
    public func set(_ name: String, to value: String?) throws {
        guard !name.utf8.contains(0), value?.utf8.contains(0) != true else {
            throw SessionError.unsupported(
                "httpdSession[\"\(printable(name))\"]: name and value must not hold NUL")
        }
        guard !request.live.hasSentHead else {
            throw SessionError.unsupported(
                "httpdSession[\"\(printable(name))\"] was set when the response had begun: httpd does "
                    + "not write it any more")
        }
        let code = unsafe msw_session_set(request.live.pointer, session, name, value)
        guard code == APR_SUCCESS else {
            throw ServerError(code, operation: "set", detail: "a value of httpd's session")
        }
    }

    /// The name of the user who has logged in with mod_auth_form; nil if there is none.
    public var user: String? { self["user"] }

    /// The expiry, in seconds since 1970; nil if none is set.
    public var expires: Double? {
        // httpd uses microseconds here, although other code says seconds.
        let expiry = unsafe session.pointee.expiry
        return expiry > 0 ? seconds(expiry) : nil
    }
}

extension Request {
    /// Returns the session of mod_session; nil if it is not loaded, or `Session On` is not in
    /// effect here.
    ///
    /// - Returns: The session of this request.
    /// - Throws: ``ServerError`` if mod_session cannot load it.
    public func httpdSession() throws -> HTTPDSession? {
        var code: apr_status_t = APR_SUCCESS
        let session = unsafe msw_session_load(live.pointer, &code)
        guard code == APR_SUCCESS || code == APR_ENOTIMPL else {
            throw ServerError(code, operation: "load", detail: "httpd's session")
        }
        return unsafe session.map { unsafe HTTPDSession(self, $0) }
    }
}
