// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// The progress of the response to a request. All code that may still change, continue or end the
/// response reads it: output, redirects, errors, filters, bodies, interim responses.
enum ResponseState {
    /// Nothing has been sent: the head can be changed, and httpd's buffered output can be
    /// discarded.
    case notBegun
    /// The head has been sent; all further output is body.
    case begun
    /// Its end has been passed on: further output would be the next response on the connection.
    case complete
    /// It was ended in a way that shows the client that it is incomplete: without its last chunk,
    /// with fewer bytes than its Content-Length, or by a reset stream.
    case cut

    /// Whether no output may follow.
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

    /// Whether the end of the response has been passed to httpd's filters. httpd also records it
    /// for the requests that were redirected.
    @inline(__always)
    var hasSentEnd: Bool { unsafe pointer.pointee.eos_sent != 0 }

    /// Whether the filter that creates the head has run. `sent_bodyct` is less reliable: mod_proxy
    /// sets it earlier.
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

    /// Records that the response was cut off.
    func noteCut() { object?.endOutput(cut: true) }

    /// Discards output that is still in httpd's write buffer, so that another response can be sent.
    func discardBuffered() {
        var filter = unsafe pointer.pointee.output_filters
        while let current = unsafe filter {
            // SAFETY: the chain belongs to the request; a filter stays valid after its removal.
            unsafe filter = current.pointee.next
            let name = text(unsafe current.pointee.frec.pointee.name)
            if name == "old_write" || name == DeferredFileFilter.filterName {
                unsafe ap_remove_output_filter(current)
            }
        }
    }

    /// Makes httpd's document for a status the response if mod_security2's filter would send the
    /// earlier output before that document: it keeps a body until it is complete
    /// (SecResponseBodyAccess). An error bucket after the body makes httpd's header filter drop the
    /// body.
    ///
    /// - Returns: Whether that was the case.
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

    /// Keeps our document from passing through a filter that still holds earlier output.
    func forgetKeptBody() {
        // SAFETY: a filter in the request's chain.
        if let filter = unsafe bodyKeeper { unsafe ap_remove_output_filter(filter) }
    }

    private var bodyKeeper: UnsafeMutablePointer<ap_filter_t>? {
        unsafe outputFilter(ofHTTPD: "modsecurity_out")
    }

    /// Removes the headers of the original content, because other content is sent.
    func discardContentHeaders() {
        unsafe apr_table_clear(pointer.pointee.headers_out)
        unsafe pointer.pointee.content_encoding = nil
        unsafe pointer.pointee.content_languages = nil
        unsafe pointer.pointee.clength = 0
    }

    /// Cuts off a response that has begun; see ``ResponseState/cut``.
    func cutResponse() {
        guard let connection, let pool, let brigade = Brigade(in: pool, of: connection) else {
            return
        }
        appendCut(to: brigade)
        unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade.pointer)
        noteCut()
    }

    /// Appends the buckets that make httpd's HTTP filters cut off the response, and its end.
    func appendCut(to brigade: Brigade) {
        unsafe pointer.pointee.connection.pointee.keepalive = AP_CONN_CLOSE
        // httpd's HTTP filters treat this bucket as a failure of the response's source.
        brigade.appendError(HTTP_BAD_GATEWAY)
        brigade.appendEnd()
    }
}
