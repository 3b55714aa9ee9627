// SPDX-License-Identifier: Apache-2.0
//
// The only place that reports failures: details to the error log, a status to the client, and under
// SwiftDebug On the details to the client, too.

/// Reports failures.
enum ErrorReporter {
    /// Logs a failure and decides what the client gets.
    ///
    /// - Parameter handler: The handler name in the configuration; empty if there was none.
    /// - Returns: The status that the phase ends with.
    static func respond(
        to failure: HandlerFailure, request: Request, phase: Phase, handler: String
    ) -> Status {
        let record = request.live
        // A trap leaves it set.
        request.stateIfAny?.page = nil
        log(failure, request, handler.isEmpty ? "" : "\(phase.directive) \(handler)")
        guard phase != .log, phase != .cleanup else { return .ok }
        switch record.response {
        case .notBegun: record.discardBuffered()
        case .begun:
            record.cutResponse()
            return .done
        case .complete, .cut: return .done
        }
        guard let document = document(failure, request: request, phase: phase, handler: handler)
        else {
            if !failure.clientNotes.isEmpty {
                // For httpd's own error document, and for an ErrorDocument as REDIRECT_ERROR_NOTES.
                request.notes["error-notes"] = failure.clientNotes.map(\.htmlEscaped)
                    .joined(separator: "<br />")
            }
            let replaces =
                request.bytesQueued > 0
                && record.replaceKeptBody(with: Int32(failure.status.rawValue))
            return replaces ? .done : failure.status
        }
        if request.bytesQueued > 0 { record.forgetKeptBody() }
        request.write(document)
        return .done
    }

    /// Logs a failure of a handler that a page of mod_include names. With SwiftDebug it is shown in
    /// the page; otherwise mod_include shows its own error message.
    ///
    /// - Returns: Whether it was shown.
    static func show(
        _ failure: HandlerFailure, inIncludeOf request: Request, handler: String
    ) -> Bool {
        let record = request.live
        let title = "#swift exec=\(handler)"
        log(failure, request, title)
        guard record.configuration?.debugs == true, failure.id != HandlerFailure.clientGone.id
        else {
            return false
        }
        request.write("<pre>\(escaped(failure.logMessage(of: title)))</pre>")
        return true
    }

    /// Logs a failure of a filter and decides how the response ends.
    static func failure(_ failure: HandlerFailure, of filter: Filter) -> FilterFailure {
        let handler = filter.shownHandler
        let title = "\(filter.phase.directive) \(handler)"
        guard let record = filter.requestRecord else {
            log(failure, connection: filter.connection, title)
            return FilterFailure(status: failure.status, page: nil)
        }
        let request = Request.of(record)
        log(failure, request, title)
        // No document while the request body is still being read: the client would not read it.
        let page =
            request.live.hasSentHead || filter.isInput
            ? nil : document(failure, request: request, phase: filter.phase, handler: handler)
        return FilterFailure(status: failure.status, page: page)
    }

    /// Logs a failure of a request; the client's response is decided elsewhere.
    ///
    /// - Parameter title: What failed, as in "SwiftHandler app"; empty where nothing was called.
    static func log(_ failure: HandlerFailure, _ request: Request, _ title: String) {
        request.subject.log(failure, title)
    }

    /// Logs a failure of a connection handler or filter; its client gets no response.
    static func log(_ failure: HandlerFailure, connection: Connection, _ title: String) {
        connection.subject.log(failure, title)
    }

    /// Returns the document for the client of a response that has not begun, and sets its headers;
    /// nil if the client gets only the status.
    private static func document(
        _ failure: HandlerFailure, request: Request, phase: Phase, handler: String
    ) -> String? {
        if failure.status == .serviceUnavailable {
            request.errHeadersOut["Retry-After"] = "\(failure.retryAfter)"
        }
        guard request.live.configuration?.debugs == true, failure.id != HandlerFailure.clientGone.id
        else { return nil }
        // The module of the handler; nil if none was loaded.
        let version = failure.isOfHandler ? request.pinnedVersions.last?.version : nil
        // Removes the headers that describe the handler's own content: tag, date, ranges, length.
        request.live.discardContentHeaders()
        request.status = HTTPStatus(rawValue: failure.status.rawValue)
        let isHTML = FailureDocument.isWantedAsHTML(request.headersIn["Accept"])
        request.contentType = "\(isHTML ? "text/html" : "text/plain"); charset=utf-8"
        request.headersOut["Cache-Control"] = "no-store"
        request.headersOut.add("Vary", "Accept")
        let document = FailureDocument(
            failure: failure, title: handler.isEmpty ? "" : "\(phase.directive) \(handler)",
            method: request.method, uri: request.unparsedURI,
            version: version.map { "\($0.sourcePath), \($0.key.short)" },
            isLogged: request.live.logs(failure.level),
            explanation: ErrorReferenceDocument.path(of: failure.id, for: request))
        return isHTML ? document.html : document.text
    }
}
