// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// How far the response to a request has got. Every layer that may still change, continue or end it asks
/// here: output, redirects, errors, filters, bodies, interim responses.
enum ResponseState {
    /// Nothing has left the server: the head can be changed, and what httpd has buffered be dropped.
    case notBegun
    /// The head was sent; all further output is body.
    case begun
    /// Its end was passed on: what is sent now would be the next response on the connection.
    case complete
    /// It was ended so that the client can see that it is incomplete: without its last chunk, short
    /// of its Content-Length, or by a reset stream.
    case cut

    /// Whether nothing may follow.
    var isOver: Bool { self == .complete || self == .cut }
}

// SAFETY: the record is alive (RequestRecord); its chain of filters is walked on its own thread.
extension RequestRecord {
    /// The state of the response. After an internal redirect it is that of the redirect's target.
    ///
    /// A filter that is called with the end of the response checks ``hasSentHead``: the end was
    /// passed on, but may not have been sent. For a subrequest, which has no head, it says whether
    /// its output has ended.
    var response: ResponseState {
        guard isSubrequest || hasSentHead else { return .notBegun }
        if hasSentEnd { return wasCut ? .cut : .complete }
        return isSubrequest ? .notBegun : .begun
    }

    /// Whether the end of the response was handed to httpd's filters. httpd remembers it for the requests
    /// that were redirected, too.
    @inline(__always)
    var hasSentEnd: Bool { unsafe pointer.pointee.eos_sent != 0 }

    /// Whether the filter that makes the head has run. `sent_bodyct` says less: mod_proxy sets it before.
    var hasSentHead: Bool {
        if let filter = unsafe outputFilter(ofHTTPD: "http_header") {
            return unsafe filter.pointee.ctx != nil
        }
        return unsafe outputFilter(ofHTTPD: "h2_c2_response_out") == nil
    }

    private var wasCut: Bool {
        sequence(first: self, next: \.next).contains {
            $0.object?.stateIfAny?.hasCutResponse == true
        }
    }

    /// Remembers that the response was cut.
    func noteCut() { object?.endOutput(cut: true) }

    /// Discards output that is still in httpd's write buffer, so that another response can be sent.
    func discardBuffered() {
        var filter = unsafe pointer.pointee.output_filters
        while let current = unsafe filter {
            // SAFETY: the chain is the request's own; a filter stays valid after its removal.
            unsafe filter = current.pointee.next
            let name = text(unsafe current.pointee.frec.pointee.name)
            if name == "old_write" || name == DeferredFileFilter.filterName {
                unsafe ap_remove_output_filter(current)
            }
        }
    }

    /// Makes httpd's document for a status the response, where mod_security2's filter would send
    /// the earlier output before that document: it keeps a body until it is complete
    /// (SecResponseBodyAccess). An error bucket after the body makes httpd's header filter drop the
    /// body.
    ///
    /// - Returns: Whether it was done.
    func replaceKeptBody(with status: Int32) -> Bool {
        guard !isSubrequest, unsafe bodyKeeper != nil, let connection, let pool,
            let brigade = Brigade(in: pool, of: connection)
        else { return false }
        discardBuffered()
        brigade.appendError(status)
        brigade.appendEnd()
        unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade.pointer)
        return true
    }

    /// Keeps a document of our own from passing through a filter that still holds earlier output.
    func forgetKeptBody() {
        // SAFETY: a filter of the request's own chain.
        if let filter = unsafe bodyKeeper { unsafe ap_remove_output_filter(filter) }
    }

    private var bodyKeeper: UnsafeMutablePointer<ap_filter_t>? {
        unsafe outputFilter(ofHTTPD: "modsecurity_out")
    }

    /// Removes the headers of the original content, since other content is sent.
    func discardContentHeaders() {
        unsafe apr_table_clear(pointer.pointee.headers_out)
        unsafe pointer.pointee.content_encoding = nil
        unsafe pointer.pointee.content_languages = nil
        unsafe pointer.pointee.clength = 0
    }

    /// Cuts a response that has begun; see ``ResponseState/cut``.
    func cutResponse() {
        guard let connection, let pool, let brigade = Brigade(in: pool, of: connection) else {
            return
        }
        appendCut(to: brigade)
        unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade.pointer)
        noteCut()
    }

    /// Appends what makes httpd's HTTP filters cut the response, and its end.
    func appendCut(to brigade: Brigade) {
        unsafe pointer.pointee.connection.pointee.keepalive = AP_CONN_CLOSE
        // httpd's HTTP filters take this bucket for "the source of this response broke".
        brigade.appendError(HTTP_BAD_GATEWAY)
        brigade.appendEnd()
    }
}
