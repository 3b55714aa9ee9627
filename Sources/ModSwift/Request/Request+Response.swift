// SPDX-License-Identifier: Apache-2.0
//
// The head of the response, and the progress of the response. Properties of the head must be set
// before the first bytes are sent.

extension Request {
    /// The status of the response; 200 unless it is set. It determines only the status line: a
    /// handler that returns ``Status/ok`` writes the body itself. A number outside of 200 to 599 is
    /// rejected and ends the request as 500. `req.status`.
    public var status: HTTPStatus {
        get { HTTPStatus(rawValue: Int(live.status)) }
        set {
            guard (200...599).contains(newValue.rawValue) else {
                return remember(mistake: "the status was not set: \(newValue) is none")
            }
            live.status = Int32(newValue.rawValue)
        }
    }

    /// The status line, as in "200 OK"; nil lets httpd choose the text.
    ///
    /// Set ``status`` first. A line that does not begin with that number, or that contains NUL, CR
    /// or LF, is rejected and ends the request as 500; httpd would ignore the former and send a
    /// broken head for the latter. HTTP/2 sends only the number. `req.status_line`.
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

    /// The content type of the response. Set it before the first write reaches the client; nil
    /// sends the response without one. A text with NUL, CR or LF is rejected and ends the request
    /// as 500. `req.content_type`.
    public var contentType: String? {
        get { live.contentType }
        set {
            isContentTypeSet = true
            if !live.setContentType(newValue) {
                remember(mistake: "\(RefusedValue(place: "contentType", name: newValue ?? ""))")
            }
        }
    }

    /// The encoding of the response, as in "gzip"; nil if it has none. A text with NUL, CR or LF is
    /// rejected and ends the request as 500. `req.content_encoding`.
    public var contentEncoding: String? {
        get { live.contentEncoding }
        set {
            note(live.setContentEncoding(newValue), "contentEncoding", refused: "NUL, CR or LF")
        }
    }

    /// The languages of the response, as in `["en", "de"]`. A text with NUL, CR or LF is rejected
    /// and ends the request as 500. `req.content_languages`.
    public var contentLanguages: [String] {
        get { live.contentLanguages }
        set {
            note(live.setContentLanguages(newValue), "contentLanguages", refused: "NUL, CR or LF")
        }
    }

    /// Announces the length of the body to the client.
    ///
    /// httpd computes it for short responses. Call it before the first write, and write exactly
    /// that number of bytes: the client relies on it.
    ///
    /// - Parameter length: The length in bytes; a negative one is rejected and ends the request as
    ///   500.
    ///
    /// Corresponds to `req.set_content_length()` in mod_python; to `ap_set_content_length`.
    public func setContentLength(_ length: Int) {
        guard length >= 0 else {
            return remember(mistake: "the content length was not set: \(length) is none")
        }
        live.setContentLength(length)
    }

    /// The length of the whole body as it was set; 0 if it was not set. `req.clength`.
    public var clength: Int { live.contentLength }

    /// Whether the body is sent in chunks.
    ///
    /// httpd decides when it sends the headers: it uses chunks for HTTP/1.1 if the length is not
    /// known and the connection is to stay open. Setting it requests chunks where httpd would not
    /// use them; an HTTP/1.0 client does not support them, and gets none. `req.chunked`.
    public var chunked: Bool {
        get { live.isChunked }
        set { live.isChunked = newValue && protoNum >= 1001 }
    }

    /// Whether clients and proxies must not store the response: httpd then sends an `Expires` in
    /// the past. `req.no_cache`.
    public var noCache: Bool {
        get { live.noCache }
        set { live.noCache = newValue }
    }

    /// Whether conditions of the request are ignored, because there is nothing to compare with:
    /// ``meetsConditions()`` then returns ``Status/ok``. `req.no_local_copy`.
    public var noLocalCopy: Bool {
        get { live.noLocalCopy }
        set { live.noLocalCopy = newValue }
    }

    /// The validator of the list of variants, when the file was negotiated. `req.vlist_validator`.
    public var vlistValidator: String? { live.vlistValidator }

    // MARK: Progress

    /// The number of bytes of the body that have been sent. `req.bytes_sent`.
    public var bytesSent: Int { live.bytesSent }

    /// Nonzero once the headers have been sent. `req.sent_bodyct`.
    public var sentBodyct: Int { live.sentBodyCount }

    /// Whether the end of the response has been passed on. `req.eos_sent`.
    public var eosSent: Bool { live.hasSentEnd }

    /// The part of the body that httpd sends, as in "0-99"; nil if it sends all of it. Known once
    /// the headers have been created. `req.range`.
    public var range: String? { live.range }
}
