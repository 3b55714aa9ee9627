// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import ModSwift

extension Request {
    /// Makes a response's status and fields those of the response. Write the body afterwards and
    /// return ``ModSwift/Status/ok``: then a response of any status has the body that was written,
    /// and not httpd's document for it.
    ///
    /// A field replaces what was set under its name; one that stands several times, such as
    /// Set-Cookie, goes out several times. Content-Type becomes ``ModSwift/Request/contentType``.
    /// How the body is framed is httpd's business, so Transfer-Encoding is left out. The reason
    /// phrase is httpd's, too. A status outside of 200 to 599 ends the request as 500.
    public func send(_ response: HTTPResponse) {
        status = HTTPStatus(response.status)
        var fields = response.headerFields
        if let type = fields[.contentType] { contentType = type }
        fields[.contentType] = nil
        fields[.transferEncoding] = nil
        headersOut.replace(with: fields)
    }
}

extension HTTPStatus {
    /// The same status of swift-http-types, without its reason phrase.
    public init(_ status: HTTPResponse.Status) { self.init(rawValue: status.code) }
}

extension Status {
    /// The status that answers with one of swift-http-types.
    public init(_ status: HTTPResponse.Status) { self.init(rawValue: status.code) }
}

extension HTTPResponse.Status {
    /// The same status; nil for a number that is none, outside of 0 to 999.
    public init?(_ status: HTTPStatus) {
        guard (0...999).contains(status.rawValue) else { return nil }
        self.init(code: status.rawValue)
    }
}
