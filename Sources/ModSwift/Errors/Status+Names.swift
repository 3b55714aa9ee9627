// SPDX-License-Identifier: Apache-2.0
//
// The names are httpd's (`HTTP_…` in httpd.h, `apache.HTTP_…` in mod_python) in Swift's spelling.

extension Status {
    /// 201, `HTTP_CREATED`.
    @inlinable public static var created: Status { Status(rawValue: 201) }
    /// 202, `HTTP_ACCEPTED`.
    @inlinable public static var accepted: Status { Status(rawValue: 202) }
    /// 203, `HTTP_NON_AUTHORITATIVE`.
    @inlinable public static var nonAuthoritative: Status { Status(rawValue: 203) }
    /// 204, `HTTP_NO_CONTENT`.
    @inlinable public static var noContent: Status { Status(rawValue: 204) }
    /// 205, `HTTP_RESET_CONTENT`.
    @inlinable public static var resetContent: Status { Status(rawValue: 205) }
    /// 206, `HTTP_PARTIAL_CONTENT`.
    @inlinable public static var partialContent: Status { Status(rawValue: 206) }
    /// 207, `HTTP_MULTI_STATUS`.
    @inlinable public static var multiStatus: Status { Status(rawValue: 207) }
    /// 208, `HTTP_ALREADY_REPORTED`.
    @inlinable public static var alreadyReported: Status { Status(rawValue: 208) }
    /// 226, `HTTP_IM_USED`.
    @inlinable public static var imUsed: Status { Status(rawValue: 226) }
    /// 300, `HTTP_MULTIPLE_CHOICES`.
    @inlinable public static var multipleChoices: Status { Status(rawValue: 300) }
    /// 301, `HTTP_MOVED_PERMANENTLY`.
    @inlinable public static var movedPermanently: Status { Status(rawValue: 301) }
    /// 302, `HTTP_MOVED_TEMPORARILY`.
    @inlinable public static var movedTemporarily: Status { Status(rawValue: 302) }
    /// 303, `HTTP_SEE_OTHER`.
    @inlinable public static var seeOther: Status { Status(rawValue: 303) }
    /// 304, `HTTP_NOT_MODIFIED`.
    @inlinable public static var notModified: Status { Status(rawValue: 304) }
    /// 305, `HTTP_USE_PROXY`.
    @inlinable public static var useProxy: Status { Status(rawValue: 305) }
    /// 307, `HTTP_TEMPORARY_REDIRECT`.
    @inlinable public static var temporaryRedirect: Status { Status(rawValue: 307) }
    /// 308, `HTTP_PERMANENT_REDIRECT`.
    @inlinable public static var permanentRedirect: Status { Status(rawValue: 308) }
    /// 400, `HTTP_BAD_REQUEST`.
    @inlinable public static var badRequest: Status { Status(rawValue: 400) }
    /// 401, `HTTP_UNAUTHORIZED`.
    @inlinable public static var unauthorized: Status { Status(rawValue: 401) }
    /// 402, `HTTP_PAYMENT_REQUIRED`.
    @inlinable public static var paymentRequired: Status { Status(rawValue: 402) }
    /// 403, `HTTP_FORBIDDEN`.
    @inlinable public static var forbidden: Status { Status(rawValue: 403) }
    /// 404, `HTTP_NOT_FOUND`.
    @inlinable public static var notFound: Status { Status(rawValue: 404) }
    /// 405, `HTTP_METHOD_NOT_ALLOWED`.
    @inlinable public static var methodNotAllowed: Status { Status(rawValue: 405) }
    /// 406, `HTTP_NOT_ACCEPTABLE`.
    @inlinable public static var notAcceptable: Status { Status(rawValue: 406) }
    /// 407, `HTTP_PROXY_AUTHENTICATION_REQUIRED`.
    @inlinable public static var proxyAuthenticationRequired: Status { Status(rawValue: 407) }
    /// 408, `HTTP_REQUEST_TIME_OUT`.
    @inlinable public static var requestTimeOut: Status { Status(rawValue: 408) }
    /// 409, `HTTP_CONFLICT`.
    @inlinable public static var conflict: Status { Status(rawValue: 409) }
    /// 410, `HTTP_GONE`.
    @inlinable public static var gone: Status { Status(rawValue: 410) }
    /// 411, `HTTP_LENGTH_REQUIRED`.
    @inlinable public static var lengthRequired: Status { Status(rawValue: 411) }
    /// 412, `HTTP_PRECONDITION_FAILED`.
    @inlinable public static var preconditionFailed: Status { Status(rawValue: 412) }
    /// 413, `HTTP_REQUEST_ENTITY_TOO_LARGE`.
    @inlinable public static var requestEntityTooLarge: Status { Status(rawValue: 413) }
    /// 414, `HTTP_REQUEST_URI_TOO_LARGE`.
    @inlinable public static var requestURITooLarge: Status { Status(rawValue: 414) }
    /// 415, `HTTP_UNSUPPORTED_MEDIA_TYPE`.
    @inlinable public static var unsupportedMediaType: Status { Status(rawValue: 415) }
    /// 416, `HTTP_RANGE_NOT_SATISFIABLE`.
    @inlinable public static var rangeNotSatisfiable: Status { Status(rawValue: 416) }
    /// 417, `HTTP_EXPECTATION_FAILED`.
    @inlinable public static var expectationFailed: Status { Status(rawValue: 417) }
    /// 418, `HTTP_IM_A_TEAPOT`.
    @inlinable public static var imATeapot: Status { Status(rawValue: 418) }
    /// 421, `HTTP_MISDIRECTED_REQUEST`.
    @inlinable public static var misdirectedRequest: Status { Status(rawValue: 421) }
    /// 422, `HTTP_UNPROCESSABLE_ENTITY`.
    @inlinable public static var unprocessableEntity: Status { Status(rawValue: 422) }
    /// 423, `HTTP_LOCKED`.
    @inlinable public static var locked: Status { Status(rawValue: 423) }
    /// 424, `HTTP_FAILED_DEPENDENCY`.
    @inlinable public static var failedDependency: Status { Status(rawValue: 424) }
    /// 425, `HTTP_TOO_EARLY`.
    @inlinable public static var tooEarly: Status { Status(rawValue: 425) }
    /// 426, `HTTP_UPGRADE_REQUIRED`.
    @inlinable public static var upgradeRequired: Status { Status(rawValue: 426) }
    /// 428, `HTTP_PRECONDITION_REQUIRED`.
    @inlinable public static var preconditionRequired: Status { Status(rawValue: 428) }
    /// 429, `HTTP_TOO_MANY_REQUESTS`.
    @inlinable public static var tooManyRequests: Status { Status(rawValue: 429) }
    /// 431, `HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE`.
    @inlinable public static var requestHeaderFieldsTooLarge: Status { Status(rawValue: 431) }
    /// 451, `HTTP_UNAVAILABLE_FOR_LEGAL_REASONS`.
    @inlinable public static var unavailableForLegalReasons: Status { Status(rawValue: 451) }
    /// 500, `HTTP_INTERNAL_SERVER_ERROR`.
    @inlinable public static var internalServerError: Status { Status(rawValue: 500) }
    /// 501, `HTTP_NOT_IMPLEMENTED`.
    @inlinable public static var notImplemented: Status { Status(rawValue: 501) }
    /// 502, `HTTP_BAD_GATEWAY`.
    @inlinable public static var badGateway: Status { Status(rawValue: 502) }
    /// 503, `HTTP_SERVICE_UNAVAILABLE`.
    @inlinable public static var serviceUnavailable: Status { Status(rawValue: 503) }
    /// 504, `HTTP_GATEWAY_TIME_OUT`.
    @inlinable public static var gatewayTimeOut: Status { Status(rawValue: 504) }
    /// 505, `HTTP_VERSION_NOT_SUPPORTED`.
    @inlinable public static var versionNotSupported: Status { Status(rawValue: 505) }
    /// 506, `HTTP_VARIANT_ALSO_VARIES`.
    @inlinable public static var variantAlsoVaries: Status { Status(rawValue: 506) }
    /// 507, `HTTP_INSUFFICIENT_STORAGE`.
    @inlinable public static var insufficientStorage: Status { Status(rawValue: 507) }
    /// 508, `HTTP_LOOP_DETECTED`.
    @inlinable public static var loopDetected: Status { Status(rawValue: 508) }
    /// 510, `HTTP_NOT_EXTENDED`.
    @inlinable public static var notExtended: Status { Status(rawValue: 510) }
    /// 511, `HTTP_NETWORK_AUTHENTICATION_REQUIRED`.
    @inlinable public static var networkAuthenticationRequired: Status { Status(rawValue: 511) }
}
