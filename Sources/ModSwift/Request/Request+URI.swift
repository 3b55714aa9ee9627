// SPDX-License-Identifier: Apache-2.0
//
// The client's request, and its translation by httpd. Each property is read from httpd's record at
// each access.

extension Request {
    /// The first line of the request. `req.the_request`.
    public var theRequest: String? { live.requestLine }

    /// The method as the client sent it: "GET", "POST" … `req.method`.
    public var method: String { live.method }

    /// httpd's number of the method; HEAD has the number of GET. `req.method_number`.
    public var methodNumber: Method { Method(rawValue: live.methodNumber) }

    /// Whether the client requests only the headers (HEAD). `req.header_only`.
    public var isHeaderOnly: Bool { live.isHeaderOnly }

    /// "HTTP/1.1", "HTTP/2.0" … `req.protocol`.
    public var `protocol`: String { live.protocol ?? "" }

    /// The protocol version as a number: 1000 times the major version plus the minor version, as in
    /// 1001 for HTTP/1.1; 9 for HTTP/0.9. `req.proto_num`.
    public var protoNum: Int { live.protocolNumber }

    /// Whether the response is sent without status line and headers, as HTTP/0.9 requires.
    ///
    /// Set it before the first write to send only the body; HTTP/2 sends headers anyway.
    /// `req.assbackwards`.
    public var assbackwards: Bool {
        get { live.isSimple }
        set { live.isSimple = newValue }
    }

    /// The time at which the request arrived, in seconds since 1970. `req.request_time`.
    public var requestTime: Double { live.requestTime }

    /// The host that the client requested; nil if it sent none. `req.hostname`.
    public var hostname: String? { live.hostname }

    // MARK: The URI

    /// The URI as the client sent it. `req.unparsed_uri`.
    public var unparsedURI: String { live.unparsedURI ?? "" }

    /// The parts of the URI. `req.parsed_uri`.
    public var parsedURI: ParsedURI { live.parsedURI }

    /// The path of the URI, decoded, without the query. A text with NUL is rejected and ends the
    /// request as 500. `req.uri`.
    public var uri: String {
        get { live.uri ?? "" }
        set { note(live.setURI(newValue), "uri") }
    }

    /// The query, without its question mark and not decoded; nil if there is none. A text with NUL
    /// is rejected and ends the request as 500. `req.args`.
    public var args: String? {
        get { live.arguments }
        set { note(live.setArguments(newValue), "args") }
    }

    /// The part of the URI's path after the file; nil if there is none. A text with NUL is rejected
    /// and ends the request as 500. `req.path_info`.
    public var pathInfo: String? {
        // httpd sets an empty text if there is none.
        get { live.pathInfo.flatMap { $0.isEmpty ? nil : $0 } }
        set { note(live.setPathInfo(newValue ?? ""), "pathInfo") }
    }

    /// Whether a URI may contain a path after the file: the value of `AcceptPathInfo`, from the
    /// fixup phase on. `req.used_path_info`.
    public var usedPathInfo: AcceptPathInfo {
        get { AcceptPathInfo(rawValue: live.usedPathInfo) }
        set { live.usedPathInfo = newValue.rawValue }
    }

    // MARK: The file

    /// The file that the URI was translated to; nil before translation.
    ///
    /// Setting it updates ``finfo`` from the file system, so that ``finfo`` and httpd's own
    /// handlers refer to the same file (N4-17); a name that does not begin with a slash, such as
    /// "proxy:http://…", is not a file. No other check is made: the handler decides who may read
    /// the file. A text with NUL is rejected and ends the request as 500. `req.filename`.
    public var filename: String? {
        get { live.filename }
        set { note(live.setFilename(newValue), "filename") }
    }

    /// The file's name as stored in the file system, if httpd has read it. A text with NUL is
    /// rejected and ends the request as 500. `req.canonical_filename`.
    public var canonicalFilename: String? {
        get { live.canonicalFilename }
        set { note(live.setCanonicalFilename(newValue), "canonicalFilename") }
    }

    /// The metadata of ``filename``; nil if there is no such file.
    ///
    /// httpd has read it before the handler runs: the access makes no system call. `req.finfo`.
    public var finfo: FileInfo? {
        get { live.fileInfo }
        set { live.fileInfo = newValue }
    }

    /// Records that a text could not be passed to httpd.
    func note(_ isSet: Bool, _ member: String, refused: String = "NUL") {
        if !isSet { remember(mistake: "\(member) was not set: it must not hold \(refused)") }
    }
}
