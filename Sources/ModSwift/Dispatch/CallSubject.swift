// SPDX-License-Identifier: Apache-2.0

/// The owner of a call of an author's code: it determines the log and the wording of messages.
enum CallSubject {
    case request(RequestRecord)
    case connection(ConnectionRecord)
    /// Neither, or its request or connection has ended.
    case child

    var request: RequestRecord? {
        guard case .request(let record) = self else { return nil }
        return record
    }

    var server: ServerRecord? {
        switch self {
        case .request(let record): record.server
        case .connection(let record): record.baseServer
        case .child: MainServer.record
        }
    }

    /// Whether failures are shown to its client with all details.
    var showsFailures: Bool { request?.configuration?.debugs == true }

    /// "GET /x, client …", for a log line that httpd does not attribute to it.
    var description: String {
        switch self {
        case .request(let record): record.logDescription
        case .connection(let record): "client \(record.clientIP ?? "-")"
        case .child: "in no request"
        }
    }

    /// Logs a failure that is not reported to a client.
    ///
    /// - Parameter title: What failed.
    func log(_ failure: HandlerFailure, _ title: String) {
        switch self {
        case .request(let record):
            let request = "\(record.method) \(printable(record.unparsedURI ?? ""))"
            record.log(failure.logMessage(of: title, in: request), level: failure.level)
        case .connection(let record):
            record.log(failure.logMessage(of: title), level: failure.level)
        case .child: MainServer.log(failure.logMessage(of: title), failure.level)
        }
    }
}
