// SPDX-License-Identifier: Apache-2.0
//
// Who answers.

extension Request {
    /// The name of httpd's handler that answers, as `SetHandler` and `AddHandler` give it:
    /// "mod_swift" where ``Phase/content`` runs.
    ///
    /// httpd chooses when the content phase begins: set it before. nil lets httpd choose by the type.
    /// A text with NUL is refused and ends the request as 500. `req.handler`.
    public var handler: String? {
        get { live.handlerName }
        set {
            // Modules compare the name in the content phase without asking whether there is one.
            let isRunning = phase.rawValue >= Phase.content.rawValue
            note(live.setHandlerName(newValue ?? (isRunning ? "default-handler" : nil)), "handler")
        }
    }

    /// The extension, with its dot, for which the handlers of the running phase were configured
    /// (`SwiftHandler hello | .do`); nil where they stand for any file. `req.extension`.
    public var `extension`: String? {
        guard let entries = live.configuration?.handlers(for: phase), entries.selectsByExtension
        else { return nil }
        return entries.selected(for: filename).first?.fileExtension
    }

    /// Whether the request is for a proxy.
    ///
    /// To have mod_proxy answer, set this to ``ProxyRequest/reverse``, ``filename`` to "proxy:" and
    /// the URL, and ``handler`` to "proxy-server", in a phase before content: mod_proxy looks at a
    /// request before any other handler does. `req.proxyreq`.
    public var proxyreq: ProxyRequest {
        get { ProxyRequest(rawValue: live.proxyRequest) }
        set { live.proxyRequest = newValue.rawValue }
    }
}

/// What a request is to a proxy.
///
/// Corresponds to `apache.PROXYREQ_NONE` … in mod_python; to `PROXYREQ_NONE` … in httpd.
public struct ProxyRequest: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Makes the one with a number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It is not for a proxy.
    public static let none = ProxyRequest(rawValue: 0)
    /// The client uses this server as its proxy.
    public static let proxy = ProxyRequest(rawValue: 1)
    /// This server asks another, unknown to the client.
    public static let reverse = ProxyRequest(rawValue: 2)
    /// What mod_proxy keeps the other server's answer in.
    public static let response = ProxyRequest(rawValue: 3)
}

/// Whether a URI may go on behind the file.
///
/// Corresponds to `apache.AP_REQ_ACCEPT_PATH_INFO` … in mod_python, to the same in httpd.
public struct AcceptPathInfo: RawRepresentable, Hashable, Sendable {
    /// httpd's number.
    public let rawValue: Int

    /// Makes the one with a number.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It may. `AcceptPathInfo On`.
    public static let accept = AcceptPathInfo(rawValue: 0)
    /// It may not: a handler answers ``Status/notFound``. `AcceptPathInfo Off`.
    public static let reject = AcceptPathInfo(rawValue: 1)
    /// As the handler likes. `AcceptPathInfo Default`.
    public static let `default` = AcceptPathInfo(rawValue: 2)
}
