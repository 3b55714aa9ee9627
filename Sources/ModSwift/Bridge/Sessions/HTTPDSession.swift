// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the session lives in the request's pool; this object asks the request for its record each time,
// which stops once the request is over.
/// The session of mod_session, which mod_auth_form uses.
///
/// It is another one than ``Session``: its values are text, it is kept where mod_session_cookie or
/// mod_session_dbd keeps it, and httpd writes it by itself when the response begins. Set values before that:
/// what is set later is lost, without an error.
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

    /// A value; nil where there is none. Setting nil removes it.
    ///
    /// A value that holds NUL, or is set once the response has begun, is refused and ends the request
    /// as 500.
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
    /// - Throws: ``SessionError/unsupported(_:)`` for one that httpd would lose: it holds NUL, or the
    ///   response has begun; ``ServerError``.
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

    /// The name of the user who has logged in with mod_auth_form; nil where there is none.
    public var user: String? { self["user"] }

    /// When it expires, in seconds since 1970; nil where nothing says so.
    public var expires: Double? {
        // httpd counts microseconds here, whatever else says seconds.
        let expiry = unsafe session.pointee.expiry
        return expiry > 0 ? seconds(expiry) : nil
    }
}

extension Request {
    /// The session of mod_session; nil where it is not loaded, or `Session On` is not in effect here.
    ///
    /// - Returns: The session of this request.
    /// - Throws: ``ServerError`` when mod_session cannot load it.
    public func httpdSession() throws -> HTTPDSession? {
        var code: apr_status_t = APR_SUCCESS
        let session = unsafe msw_session_load(live.pointer, &code)
        guard code == APR_SUCCESS || code == APR_ENOTIMPL else {
            throw ServerError(code, operation: "load", detail: "httpd's session")
        }
        return unsafe session.map { unsafe HTTPDSession(self, $0) }
    }
}
