// SPDX-License-Identifier: Apache-2.0
//
// The names are httpd's (`HTTP_…` in httpd.h, `apache.HTTP_…` in mod_python) in Swift's spelling.

/// The status of a response, as in ``Request/status``.
///
/// Corresponds to the `apache.HTTP_…` constants in mod_python.
@frozen
public struct HTTPStatus: RawRepresentable, Hashable, Sendable {
    /// The number, 100 to 599.
    public let rawValue: Int

    /// Creates a status from its number.
    @inlinable
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// 200, `HTTP_OK`.
    @inlinable public static var ok: HTTPStatus { HTTPStatus(rawValue: 200) }
    /// 100, `HTTP_CONTINUE`.
    @inlinable public static var `continue`: HTTPStatus { HTTPStatus(rawValue: 100) }
    /// 101, `HTTP_SWITCHING_PROTOCOLS`.
    @inlinable public static var switchingProtocols: HTTPStatus { HTTPStatus(rawValue: 101) }
    /// 102, `HTTP_PROCESSING`.
    @inlinable public static var processing: HTTPStatus { HTTPStatus(rawValue: 102) }
    /// 103, `HTTP_EARLY_HINTS`.
    @inlinable public static var earlyHints: HTTPStatus { HTTPStatus(rawValue: 103) }
    /// 201, `HTTP_CREATED`.
    @inlinable public static var created: HTTPStatus { HTTPStatus(rawValue: 201) }
    /// 202, `HTTP_ACCEPTED`.
    @inlinable public static var accepted: HTTPStatus { HTTPStatus(rawValue: 202) }
    /// 203, `HTTP_NON_AUTHORITATIVE`.
    @inlinable public static var nonAuthoritative: HTTPStatus { HTTPStatus(rawValue: 203) }
    /// 204, `HTTP_NO_CONTENT`.
    @inlinable public static var noContent: HTTPStatus { HTTPStatus(rawValue: 204) }
    /// 205, `HTTP_RESET_CONTENT`.
    @inlinable public static var resetContent: HTTPStatus { HTTPStatus(rawValue: 205) }
    /// 206, `HTTP_PARTIAL_CONTENT`.
    @inlinable public static var partialContent: HTTPStatus { HTTPStatus(rawValue: 206) }
    /// 207, `HTTP_MULTI_STATUS`.
    @inlinable public static var multiStatus: HTTPStatus { HTTPStatus(rawValue: 207) }
    /// 208, `HTTP_ALREADY_REPORTED`.
    @inlinable public static var alreadyReported: HTTPStatus { HTTPStatus(rawValue: 208) }
    /// 226, `HTTP_IM_USED`.
    @inlinable public static var imUsed: HTTPStatus { HTTPStatus(rawValue: 226) }
    /// 300, `HTTP_MULTIPLE_CHOICES`.
    @inlinable public static var multipleChoices: HTTPStatus { HTTPStatus(rawValue: 300) }
    /// 301, `HTTP_MOVED_PERMANENTLY`.
    @inlinable public static var movedPermanently: HTTPStatus { HTTPStatus(rawValue: 301) }
    /// 302, `HTTP_MOVED_TEMPORARILY`.
    @inlinable public static var movedTemporarily: HTTPStatus { HTTPStatus(rawValue: 302) }
    /// 303, `HTTP_SEE_OTHER`.
    @inlinable public static var seeOther: HTTPStatus { HTTPStatus(rawValue: 303) }
    /// 304, `HTTP_NOT_MODIFIED`.
    @inlinable public static var notModified: HTTPStatus { HTTPStatus(rawValue: 304) }
    /// 305, `HTTP_USE_PROXY`.
    @inlinable public static var useProxy: HTTPStatus { HTTPStatus(rawValue: 305) }
    /// 307, `HTTP_TEMPORARY_REDIRECT`.
    @inlinable public static var temporaryRedirect: HTTPStatus { HTTPStatus(rawValue: 307) }
    /// 308, `HTTP_PERMANENT_REDIRECT`.
    @inlinable public static var permanentRedirect: HTTPStatus { HTTPStatus(rawValue: 308) }
    /// 400, `HTTP_BAD_REQUEST`.
    @inlinable public static var badRequest: HTTPStatus { HTTPStatus(rawValue: 400) }
    /// 401, `HTTP_UNAUTHORIZED`.
    @inlinable public static var unauthorized: HTTPStatus { HTTPStatus(rawValue: 401) }
    /// 402, `HTTP_PAYMENT_REQUIRED`.
    @inlinable public static var paymentRequired: HTTPStatus { HTTPStatus(rawValue: 402) }
    /// 403, `HTTP_FORBIDDEN`.
    @inlinable public static var forbidden: HTTPStatus { HTTPStatus(rawValue: 403) }
    /// 404, `HTTP_NOT_FOUND`.
    @inlinable public static var notFound: HTTPStatus { HTTPStatus(rawValue: 404) }
    /// 405, `HTTP_METHOD_NOT_ALLOWED`.
    @inlinable public static var methodNotAllowed: HTTPStatus { HTTPStatus(rawValue: 405) }
    /// 406, `HTTP_NOT_ACCEPTABLE`.
    @inlinable public static var notAcceptable: HTTPStatus { HTTPStatus(rawValue: 406) }
    /// 407, `HTTP_PROXY_AUTHENTICATION_REQUIRED`.
    @inlinable public static var proxyAuthenticationRequired: HTTPStatus {
        HTTPStatus(rawValue: 407)
    }
    /// 408, `HTTP_REQUEST_TIME_OUT`.
    @inlinable public static var requestTimeOut: HTTPStatus { HTTPStatus(rawValue: 408) }
    /// 409, `HTTP_CONFLICT`.
    @inlinable public static var conflict: HTTPStatus { HTTPStatus(rawValue: 409) }
    /// 410, `HTTP_GONE`.
    @inlinable public static var gone: HTTPStatus { HTTPStatus(rawValue: 410) }
    /// 411, `HTTP_LENGTH_REQUIRED`.
    @inlinable public static var lengthRequired: HTTPStatus { HTTPStatus(rawValue: 411) }
    /// 412, `HTTP_PRECONDITION_FAILED`.
    @inlinable public static var preconditionFailed: HTTPStatus { HTTPStatus(rawValue: 412) }
    /// 413, `HTTP_REQUEST_ENTITY_TOO_LARGE`.
    @inlinable public static var requestEntityTooLarge: HTTPStatus { HTTPStatus(rawValue: 413) }
    /// 414, `HTTP_REQUEST_URI_TOO_LARGE`.
    @inlinable public static var requestURITooLarge: HTTPStatus { HTTPStatus(rawValue: 414) }
    /// 415, `HTTP_UNSUPPORTED_MEDIA_TYPE`.
    @inlinable public static var unsupportedMediaType: HTTPStatus { HTTPStatus(rawValue: 415) }
    /// 416, `HTTP_RANGE_NOT_SATISFIABLE`.
    @inlinable public static var rangeNotSatisfiable: HTTPStatus { HTTPStatus(rawValue: 416) }
    /// 417, `HTTP_EXPECTATION_FAILED`.
    @inlinable public static var expectationFailed: HTTPStatus { HTTPStatus(rawValue: 417) }
    /// 418, `HTTP_IM_A_TEAPOT`.
    @inlinable public static var imATeapot: HTTPStatus { HTTPStatus(rawValue: 418) }
    /// 421, `HTTP_MISDIRECTED_REQUEST`.
    @inlinable public static var misdirectedRequest: HTTPStatus { HTTPStatus(rawValue: 421) }
    /// 422, `HTTP_UNPROCESSABLE_ENTITY`.
    @inlinable public static var unprocessableEntity: HTTPStatus { HTTPStatus(rawValue: 422) }
    /// 423, `HTTP_LOCKED`.
    @inlinable public static var locked: HTTPStatus { HTTPStatus(rawValue: 423) }
    /// 424, `HTTP_FAILED_DEPENDENCY`.
    @inlinable public static var failedDependency: HTTPStatus { HTTPStatus(rawValue: 424) }
    /// 425, `HTTP_TOO_EARLY`.
    @inlinable public static var tooEarly: HTTPStatus { HTTPStatus(rawValue: 425) }
    /// 426, `HTTP_UPGRADE_REQUIRED`.
    @inlinable public static var upgradeRequired: HTTPStatus { HTTPStatus(rawValue: 426) }
    /// 428, `HTTP_PRECONDITION_REQUIRED`.
    @inlinable public static var preconditionRequired: HTTPStatus { HTTPStatus(rawValue: 428) }
    /// 429, `HTTP_TOO_MANY_REQUESTS`.
    @inlinable public static var tooManyRequests: HTTPStatus { HTTPStatus(rawValue: 429) }
    /// 431, `HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE`.
    @inlinable public static var requestHeaderFieldsTooLarge: HTTPStatus {
        HTTPStatus(rawValue: 431)
    }
    /// 451, `HTTP_UNAVAILABLE_FOR_LEGAL_REASONS`.
    @inlinable public static var unavailableForLegalReasons: HTTPStatus {
        HTTPStatus(rawValue: 451)
    }
    /// 500, `HTTP_INTERNAL_SERVER_ERROR`.
    @inlinable public static var internalServerError: HTTPStatus { HTTPStatus(rawValue: 500) }
    /// 501, `HTTP_NOT_IMPLEMENTED`.
    @inlinable public static var notImplemented: HTTPStatus { HTTPStatus(rawValue: 501) }
    /// 502, `HTTP_BAD_GATEWAY`.
    @inlinable public static var badGateway: HTTPStatus { HTTPStatus(rawValue: 502) }
    /// 503, `HTTP_SERVICE_UNAVAILABLE`.
    @inlinable public static var serviceUnavailable: HTTPStatus { HTTPStatus(rawValue: 503) }
    /// 504, `HTTP_GATEWAY_TIME_OUT`.
    @inlinable public static var gatewayTimeOut: HTTPStatus { HTTPStatus(rawValue: 504) }
    /// 505, `HTTP_VERSION_NOT_SUPPORTED`.
    @inlinable public static var versionNotSupported: HTTPStatus { HTTPStatus(rawValue: 505) }
    /// 506, `HTTP_VARIANT_ALSO_VARIES`.
    @inlinable public static var variantAlsoVaries: HTTPStatus { HTTPStatus(rawValue: 506) }
    /// 507, `HTTP_INSUFFICIENT_STORAGE`.
    @inlinable public static var insufficientStorage: HTTPStatus { HTTPStatus(rawValue: 507) }
    /// 508, `HTTP_LOOP_DETECTED`.
    @inlinable public static var loopDetected: HTTPStatus { HTTPStatus(rawValue: 508) }
    /// 510, `HTTP_NOT_EXTENDED`.
    @inlinable public static var notExtended: HTTPStatus { HTTPStatus(rawValue: 510) }
    /// 511, `HTTP_NETWORK_AUTHENTICATION_REQUIRED`.
    @inlinable public static var networkAuthenticationRequired: HTTPStatus {
        HTTPStatus(rawValue: 511)
    }
}

extension HTTPStatus: CustomStringConvertible {
    /// The number.
    public var description: String { String(rawValue) }
}
