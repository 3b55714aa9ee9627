// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import ModSwift

extension Request {
    /// This request as the type of swift-http-types; a copy, which may outlive it.
    ///
    /// Method, path and query are as the client sent them. The host is the authority and no field
    /// any more; other fields come in their order, as ``HTTPTypes/HTTPFields/init(_:)`` says. A
    /// method that is no token, which httpd takes under `HttpProtocolOptions Unsafe` only, reads as
    /// "INVALID".
    public var httpRequest: HTTPRequest {
        let target = RequestTarget(unparsedURI, isConnect: method == "CONNECT")
        return HTTPRequest(
            method: HTTPRequest.Method(method) ?? .invalid,
            scheme: scheme,
            authority: target.authority ?? headersIn["Host"],
            path: target.path,
            headerFields: HTTPFields(headersIn) { $0.canonicalName != "host" })
    }

    private var scheme: String { subprocessEnv["HTTPS"] == "on" ? "https" : "http" }
}

extension HTTPRequest.Method {
    fileprivate static var invalid: Self { Self("INVALID") ?? .get }
}

/// The target of a request line (RFC 9112, 3.2), taken apart.
struct RequestTarget {
    /// Nil where the header Host has it.
    let authority: String?
    /// With the query; nil for CONNECT.
    let path: String?

    init(_ text: String, isConnect: Bool) {
        if isConnect {
            authority = text
            path = nil
            return
        }
        // "http://host/path?query"; but "/a?b=http://" is a path.
        guard !text.hasPrefix("/"), let mark = text.firstRange(of: "://") else {
            authority = nil
            path = text
            return
        }
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        authority = String(rest[..<end])
        let path = String(rest[end...])
        self.path = path.hasPrefix("/") ? path : "/\(path)"
    }
}
