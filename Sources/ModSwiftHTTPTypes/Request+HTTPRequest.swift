// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import ModSwift

extension Request {
    /// This request as the type of swift-http-types; a copy, which may outlive the request.
    ///
    /// Method, path and query are as the client sent them. The host is the authority instead of a
    /// field; the other fields keep their order, as described for
    /// ``HTTPTypes/HTTPFields/init(_:)``. A method that is not a token, which httpd accepts only
    /// with `HttpProtocolOptions Unsafe`, becomes "INVALID".
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

/// The parts of the target in a request line (RFC 9112, 3.2).
struct RequestTarget {
    /// The authority; nil if it is in the Host header.
    let authority: String?
    /// The path with the query; nil for CONNECT.
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
