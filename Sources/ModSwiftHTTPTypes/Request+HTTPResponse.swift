// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import ModSwift

extension Request {
    /// Sets the status and headers of the response to those of a value. Write the body afterwards
    /// and return ``ModSwift/Status/ok``: then a response with any status has the body that was
    /// written, instead of httpd's error document.
    ///
    /// A field replaces one that was set under its name; a repeated field, such as Set-Cookie, is
    /// sent repeatedly. Content-Type becomes ``ModSwift/Request/contentType``. Transfer-Encoding is
    /// ignored, because httpd determines the framing of the body. The reason phrase is also
    /// determined by httpd. A status outside of 200 to 599 ends the request as 500.
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
    /// Creates the same status as one of swift-http-types, without its reason phrase.
    public init(_ status: HTTPResponse.Status) { self.init(rawValue: status.code) }
}

extension Status {
    /// Creates the status for one of swift-http-types.
    public init(_ status: HTTPResponse.Status) { self.init(rawValue: status.code) }
}

extension HTTPResponse.Status {
    /// Creates the same status; nil for an invalid number, outside of 0 to 999.
    public init?(_ status: HTTPStatus) {
        guard (0...999).contains(status.rawValue) else { return nil }
        self.init(code: status.rawValue)
    }
}
