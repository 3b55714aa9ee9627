// SPDX-License-Identifier: Apache-2.0
//
// The handler of the response.

extension Request {
    /// The name of the httpd handler for the response, as set by `SetHandler` and `AddHandler`:
    /// "mod_swift" if ``Phase/content`` runs.
    ///
    /// httpd selects the handler when the content phase begins: set it before. nil lets httpd
    /// select by the content type. A text with NUL is rejected and ends the request as 500.
    public var handler: String? {
        get { live.handlerName }
        set {
            // Modules compare the name in the content phase without checking for NULL.
            let isRunning = phase.rawValue >= Phase.content.rawValue
            note(live.setHandlerName(newValue ?? (isRunning ? "default-handler" : nil)), "handler")
        }
    }

    /// The extension, with its dot, for which the handlers of the running phase were configured
    /// (`SwiftHandler hello | .do`); nil if they are configured for all files. `req.extension`.
    public var `extension`: String? {
        guard let entries = live.configuration?.handlers(for: phase), entries.selectsByExtension
        else { return nil }
        return entries.selected(for: filename).first?.fileExtension
    }

    /// Whether the request is for a proxy.
    ///
    /// To let mod_proxy create the response, set this to ``ProxyRequest/reverse``, ``filename`` to
    /// "proxy:" followed by the URL, and ``handler`` to "proxy-server", in a phase before content:
    /// mod_proxy checks a request before any other handler. `req.proxyreq`.
    public var proxyreq: ProxyRequest {
        get { ProxyRequest(rawValue: live.proxyRequest) }
        set { live.proxyRequest = newValue.rawValue }
    }
}

/// The role of a proxy for a request.
///
/// Corresponds to `apache.PROXYREQ_NONE` … in mod_python; to `PROXYREQ_NONE` … in httpd.
public struct ProxyRequest: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Creates a value from httpd's number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The request is not for a proxy.
    public static let none = ProxyRequest(rawValue: 0)
    /// The client uses this server as its proxy.
    public static let proxy = ProxyRequest(rawValue: 1)
    /// This server forwards the request to another one, unknown to the client.
    public static let reverse = ProxyRequest(rawValue: 2)
    /// A request object in which mod_proxy stores the other server's response.
    public static let response = ProxyRequest(rawValue: 3)
}

/// Whether a URI may contain a path after the file.
///
/// Corresponds to `apache.AP_REQ_ACCEPT_PATH_INFO` … in mod_python, to the same in httpd.
public struct AcceptPathInfo: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Creates a value from httpd's number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It is accepted. `AcceptPathInfo On`.
    public static let accept = AcceptPathInfo(rawValue: 0)
    /// It is not accepted: a handler responds with ``Status/notFound``. `AcceptPathInfo Off`.
    public static let reject = AcceptPathInfo(rawValue: 1)
    /// The handler decides. `AcceptPathInfo Default`.
    public static let `default` = AcceptPathInfo(rawValue: 2)
}
