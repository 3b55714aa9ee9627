// SPDX-License-Identifier: Apache-2.0
//
// The head of the response, and how far the response has got. What is set here must be set before the
// first bytes leave the server.

extension Request {
    /// The status of the response; 200 unless it is set. It says what the status line says, and
    /// nothing else: a handler that returns ``Status/ok`` writes the body itself. A number outside
    /// of 200 to 599 is refused and ends the request as 500. `req.status`.
    public var status: HTTPStatus {
        get { HTTPStatus(rawValue: Int(live.status)) }
        set {
            guard (200...599).contains(newValue.rawValue) else {
                return remember(mistake: "the status was not set: \(newValue) is none")
            }
            live.status = Int32(newValue.rawValue)
        }
    }

    /// The status line, as in "200 OK"; nil leaves the words to httpd.
    ///
    /// Set ``status`` first. A line that does not begin with that number, or that holds NUL, CR or
    /// LF, is refused and ends the request as 500; httpd would ignore the one and break on the
    /// other. HTTP/2 sends the number alone. `req.status_line`.
    public var statusLine: String? {
        get { live.statusLine }
        set {
            let status = live.status
            guard newValue.map({ $0 == "\(status)" || $0.hasPrefix("\(status) ") }) ?? true else {
                return remember(
                    mistake: "statusLine was not set: it must begin with the status, \(status)")
            }
            note(live.setStatusLine(newValue), "statusLine", refused: "NUL, CR or LF")
        }
    }

    /// The type of the response. Set it before the first write reaches the client; nil leaves the
    /// answer without one. A text with NUL, CR or LF is refused and ends the request as 500.
    /// `req.content_type`.
    public var contentType: String? {
        get { live.contentType }
        set {
            isContentTypeSet = true
            if !live.setContentType(newValue) {
                remember(mistake: "\(RefusedValue(place: "contentType", name: newValue ?? ""))")
            }
        }
    }

    /// How the response is encoded, as in "gzip"; nil where it is not. A text with NUL, CR or LF is
    /// refused and ends the request as 500. `req.content_encoding`.
    public var contentEncoding: String? {
        get { live.contentEncoding }
        set {
            note(live.setContentEncoding(newValue), "contentEncoding", refused: "NUL, CR or LF")
        }
    }

    /// The languages of the response, as in `["en", "de"]`. A text with NUL, CR or LF is refused and
    /// ends the request as 500. `req.content_languages`.
    public var contentLanguages: [String] {
        get { live.contentLanguages }
        set {
            note(live.setContentLanguages(newValue), "contentLanguages", refused: "NUL, CR or LF")
        }
    }

    /// Tells the client how long the body is.
    ///
    /// httpd computes it for short responses. Call it before the first write, and write as many bytes:
    /// the client takes the number for the truth.
    ///
    /// - Parameter length: In bytes; a negative one is refused and ends the request as 500.
    ///
    /// Corresponds to `req.set_content_length()` in mod_python; to `ap_set_content_length`.
    public func setContentLength(_ length: Int) {
        guard length >= 0 else {
            return remember(mistake: "the content length was not set: \(length) is none")
        }
        live.setContentLength(length)
    }

    /// The length of the whole body as it was set; 0 where it was not. `req.clength`.
    public var clength: Int { live.contentLength }

    /// Whether the body goes out in chunks.
    ///
    /// httpd decides when it sends the headers: it uses chunks for HTTP/1.1 when the length is not
    /// known and the connection is to stay. Setting it asks for chunks where httpd would not use
    /// them; an HTTP/1.0 client does not know them, and gets none. `req.chunked`.
    public var chunked: Bool {
        get { live.isChunked }
        set { live.isChunked = newValue && protoNum >= 1001 }
    }

    /// Whether clients and proxies are kept from storing the response: httpd then sends an `Expires`
    /// that has passed. `req.no_cache`.
    public var noCache: Bool {
        get { live.noCache }
        set { live.noCache = newValue }
    }

    /// Whether conditions of the request are left unanswered, because there is nothing to compare
    /// with: ``meetsConditions()`` then says ``Status/ok``. `req.no_local_copy`.
    public var noLocalCopy: Bool {
        get { live.noLocalCopy }
        set { live.noLocalCopy = newValue }
    }

    /// The validator of the list of variants, when the file was negotiated. `req.vlist_validator`.
    public var vlistValidator: String? { live.vlistValidator }

    // MARK: How far it has got

    /// Bytes of the body that were sent so far. `req.bytes_sent`.
    public var bytesSent: Int { live.bytesSent }

    /// Not 0 once the headers are out: what follows is body. `req.sent_bodyct`.
    public var sentBodyct: Int { live.sentBodyCount }

    /// Whether the end of the response was passed on. `req.eos_sent`.
    public var eosSent: Bool { live.hasSentEnd }

    /// The part of the body that httpd sends, as in "0-99"; nil where it sends all. Known once the
    /// headers are made. `req.range`.
    public var range: String? { live.range }
}
