// SPDX-License-Identifier: Apache-2.0
//
// What the client asked for, and what httpd made of it. Each is read from httpd's record when it is
// asked for.

extension Request {
    /// The first line of the request. `req.the_request`.
    public var theRequest: String? { live.requestLine }

    /// "GET", "POST" …, as the client wrote it. `req.method`.
    public var method: String { live.method }

    /// httpd's number of the method; HEAD has that of GET. `req.method_number`.
    public var methodNumber: Method { Method(rawValue: live.methodNumber) }

    /// Whether the client wants the headers only (HEAD). `req.header_only`.
    public var isHeaderOnly: Bool { live.isHeaderOnly }

    /// "HTTP/1.1", "HTTP/2.0" … `req.protocol`.
    public var `protocol`: String { live.protocol ?? "" }

    /// The number of the protocol: 1000 times the major version and the minor one, as in 1001 for
    /// HTTP/1.1; 9 for HTTP/0.9. `req.proto_num`.
    public var protoNum: Int { live.protocolNumber }

    /// Whether the response goes out without status line and headers, as HTTP/0.9 wants it.
    ///
    /// Set it before the first write to send the body alone; HTTP/2 has headers all the same.
    /// `req.assbackwards`.
    public var assbackwards: Bool {
        get { live.isSimple }
        set { live.isSimple = newValue }
    }

    /// When the request came, in seconds since 1970. `req.request_time`.
    public var requestTime: Double { live.requestTime }

    /// The host the client asked for; nil where it named none. `req.hostname`.
    public var hostname: String? { live.hostname }

    // MARK: The URI

    /// The URI as the client sent it. `req.unparsed_uri`.
    public var unparsedURI: String { live.unparsedURI ?? "" }

    /// The URI in its parts. `req.parsed_uri`.
    public var parsedURI: ParsedURI { live.parsedURI }

    /// The path of the URI, decoded, without the query. A text with NUL is refused and ends the
    /// request as 500. `req.uri`.
    public var uri: String {
        get { live.uri ?? "" }
        set { note(live.setURI(newValue), "uri") }
    }

    /// The query, without its question mark and not decoded; nil where there is none. A text with
    /// NUL is refused and ends the request as 500. `req.args`.
    public var args: String? {
        get { live.arguments }
        set { note(live.setArguments(newValue), "args") }
    }

    /// What follows the file in the URI; nil where nothing does. A text with NUL is refused and ends
    /// the request as 500. `req.path_info`.
    public var pathInfo: String? {
        // httpd writes an empty text where there is none.
        get { live.pathInfo.flatMap { $0.isEmpty ? nil : $0 } }
        set { note(live.setPathInfo(newValue ?? ""), "pathInfo") }
    }

    /// Whether a URI may go on behind the file: what `AcceptPathInfo` says, from the fixup phase on.
    /// `req.used_path_info`.
    public var usedPathInfo: AcceptPathInfo {
        get { AcceptPathInfo(rawValue: live.usedPathInfo) }
        set { live.usedPathInfo = newValue.rawValue }
    }

    // MARK: The file

    /// The file the URI was translated to; nil before translation.
    ///
    /// Setting it looks the file up, so that ``finfo`` and httpd's own handlers speak of the same
    /// file (N4-17); a name that does not begin with a slash, such as "proxy:http://…", is no file.
    /// No other check is made: who may read the file is for the handler to know. A text with NUL is
    /// refused and ends the request as 500. `req.filename`.
    public var filename: String? {
        get { live.filename }
        set { note(live.setFilename(newValue), "filename") }
    }

    /// The file's name as the file system has it, where httpd has asked. A text with NUL is refused
    /// and ends the request as 500. `req.canonical_filename`.
    public var canonicalFilename: String? {
        get { live.canonicalFilename }
        set { note(live.setCanonicalFilename(newValue), "canonicalFilename") }
    }

    /// What the file system says of ``filename``; nil where there is no such file.
    ///
    /// httpd has asked before the handler runs: reading it makes no system call. `req.finfo`.
    public var finfo: FileInfo? {
        get { live.fileInfo }
        set { live.fileInfo = newValue }
    }

    /// Remembers that httpd could not be given a text.
    func note(_ isSet: Bool, _ member: String, refused: String = "NUL") {
        if !isSet { remember(mistake: "\(member) was not set: it must not hold \(refused)") }
    }
}
