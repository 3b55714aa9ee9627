// SPDX-License-Identifier: Apache-2.0

/// Header fields and values with a meaning for httpd or for a member of a request.
enum FuzzHeaders {
    static let fields = [
        "Connection: keep-alive", "Connection: close, X-1", "Connection: upgrade",
        "Upgrade: h2c, \u{7E}", "Upgrade: websocket", "HTTP2-Settings: AAA", "Keep-Alive: 300",
        "Expect: 100-continue", "Expect: 100-Continue",
        "Cookie: a=1; b=\"2\"; c", "Cookie: =; ;;\u{80}", "Cookie2: $Version=1",
        "If-None-Match: *", "If-None-Match: W/\"a\", \"b", "If-None-Match:",
        "Content-Type: text/plain; charset=\"", "Content-Type: multipart/form-data; boundary=",
        "Content-Encoding: gzip", "Content-Range: bytes 0-1/*", "Content-Language: en",
        "Accept: */*;q=2", "Accept-Language: de-\u{FF}", "Accept-Encoding: gzip;q=0",
        "TE: trailers",
        "User-Agent: \u{1F600}", "Referer: http://[/", "From: a@b", "Forwarded: for=\"[::1]:x\"",
        "X-Forwarded-For: 1.2.3.4, unknown", "Max-Forwards: -1", "Via: 1.1 a", "Date: yesterday",
        "Proxy: http://evil", "Upgrade-Insecure-Requests: 1", "Empty:", "X-1: hints",
        "Sec-WebSocket-Key: x", "Lock-Token: <a>", "Destination: /b", "Depth: infinity",
    ]

    /// Fields that end a request, or a connection, before or in a handler.
    static let refusedFields = [
        "Connection: close", "Expect: 200-ok", "Expect:", "If-Match: \"x\"", "If-Match:",
        "Host: again",
        "Content-Length: 0", "Transfer-Encoding: chunked", "X y: z", ": a", "X-Control: \u{1}",
        "X-NUL: a\u{0}b", "no colon",
    ]

    /// Pieces that are allowed in a URI.
    static let pieces = [
        "b=1", "&", "=", "+", "%20", "%41", "%0d%0a", "%0A", "%01", "%7f", "%22%27", "%5c", "%25",
        "%ff%fe",
        "%c3%28", "%ed%a0%80", "%f4%90%80%80", "%c3%a9", "..", "//", "/./", ";", ":", "@", "?", "~",
        "'",
        "$1", "Host", "SwiftDebug", "SSL_CIPHER", "mod_swift.c", "x.do", "true", "-n", "(", ")",
        "!", "*",
    ]

    /// Pieces that are not allowed, by the standard or by httpd.
    static let refusedPieces = [
        "%00", "%2F", "%2f%2e%2e", "%", "%4", "%zz", "/../../../", "\\", "|", "\"", "<", "{", "^",
        "`", "é",
        "\u{10FFFF}", "\u{0}", "\t", " ", "%{HTTP_HOST}",
    ]

    static let credentials = [
        "YW5uOnNlY3JldA==", "YW5u", "OnNlY3JldA==", "YW5uOg==", "Og==", "", "=", "====", "!!!!",
        // With NUL, line feeds and invalid UTF-8.
        "YQBuOmIAYw==", "YQ0KYjpjDQpk", "//79Ov/+/Q==", "AA==", "AAAA", "YW5uOnNl Y3JldA==",
        "YW5uOnNlY3JldA", "YW5uOnNlY3JldA===",
    ]

    static let dates = [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 01 Jan 9999 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT", "Fri, 32 Foo 2026 25:61:61 GMT", "0", "-1", "", "now",
        "Sun, 06 Nov 1994 08:49:37 GMT; length=5", "\"etag\"", "W/\"x\"",
    ]
}
