// SPDX-License-Identifier: Apache-2.0
//
// Data for the client before the response's head, and after its body.

extension Request {
    /// Sends an interim response before the final one: 103 Early Hints with `Link` fields, 102
    /// Processing, or 100 Continue to a client that waits for it.
    ///
    /// ```swift
    /// let hints = Table()
    /// hints.add("Link", "</style.css>; rel=preload; as=style")
    /// try req.sendInterimResponse(.earlyHints, headers: hints)
    /// ```
    ///
    /// - Parameters:
    ///   - status: 100, or 102 to 199.
    ///   - headers: The fields of this response; those of the final response are not sent with it.
    /// - Returns: Whether it was sent: HTTP/1.0 has no interim responses, and 100 is only sent to
    ///   clients that requested it with `Expect`.
    /// - Throws: ``ServerError`` for another status, and if the response has already begun;
    ///   ``RefusedValue`` for a field that HTTP does not allow; ``ClientGone``.
    ///
    /// Corresponds to `ap_send_interim_response`.
    @discardableResult
    public func sendInterimResponse(_ status: HTTPStatus, headers: Table = Table()) throws -> Bool {
        let responding = responding
        if responding !== self {
            return try responding.sendInterimResponse(status, headers: headers)
        }
        try throwIfOutputEnded()
        let record = live
        guard (100...199).contains(status.rawValue), status.rawValue != 101 else {
            throw ServerError.notInterim("\(status.rawValue) is not an interim response")
        }
        guard record.takesInterimResponses else { return false }
        guard !record.hasSentHead else {
            throw ServerError.notInterim("the response is already on its way")
        }
        if status.rawValue == 100, !record.isExpecting100 { return false }
        try record.sendInterim(Int32(status.rawValue), headers: headers)
        return true
    }

    /// Fields that are sent after the response's body. Set them before the handler ends.
    ///
    /// Over HTTP/2 only: httpd 2.4 sends none over HTTP/1.1. `r->trailers_out`.
    public var trailersOut: Table {
        state.table(\.trailersOut) { Table(live.trailersOut, place: "trailersOut", owner: self) }
    }
}
