// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import Synchronization

// SAFETY: httpd's record is used under the lock, on the thread that has the request, and is dropped
// before its pool ends.
/// The error log of one request, for code that may outlive the request or run on another thread.
///
/// To log a line for a request, httpd reads the request's record, which belongs to one thread at a
/// time. So another thread, and code that runs after the request, logs to the server instead, in a
/// line that begins with a description of the request.
@safe final class RequestLog: Sendable {
    private struct State: @unchecked Sendable {  // because the lock is around it
        var record: RequestRecord?
        var thread: pthread_t
        var id: String?
    }

    private let state: Mutex<State>
    private let client: String
    // SAFETY: as constant as the configuration it is part of, which outlives the child's requests.
    nonisolated(unsafe) private let server: ServerRecord?

    init(_ record: RequestRecord) {
        client = record.client
        unsafe server = record.server
        state = Mutex(State(record: record, thread: pthread_self(), id: record.mainLogID))
    }

    /// Called on the thread that currently has the request.
    func adopt() {
        let thread = pthread_self()
        state.withLock { $0.thread = thread }
    }

    /// Called at the end of the request; waits for a line that is being written.
    func end() { state.withLock { $0.record = nil } }

    func write(_ text: String, level: LogLevel, file: String, line: UInt) {
        let origin: String? = state.withLock { state in
            guard let record = state.record, pthread_equal(state.thread, pthread_self()) != 0
            else { return "[client \(client)]" + (state.id.map { " [id \($0)]" } ?? "") }
            record.logLine(text, level: level, file: file, line: line)
            // httpd creates it for the first line.
            state.id = record.mainLogID
            return nil
        }
        guard let origin else { return }
        unsafe server?.logLine("\(origin) \(text)", level: level, file: file, line: line)
    }
}

extension RequestRecord {
    /// The value of `LogLevel` for the module `swift` in the request's directory.
    var logLevelOfModule: LogLevel {
        LogLevel(rawValue: unsafe ap_get_request_module_loglevel(pointer, moduleIndex))
    }

    /// Address and port, in the form of the error log.
    fileprivate var client: String {
        let port = unsafe pointer.pointee.useragent_addr.map { unsafe $0.pointee.port } ?? 0
        return "\(text(unsafe pointer.pointee.useragent_ip) ?? "-"):\(port)"
    }

    /// The log id; a subrequest has that of its main request.
    fileprivate var mainLogID: String? { (main ?? self).logID }
}

extension ServerRecord {
    /// The value of `LogLevel` for the module `swift` on the server.
    var logLevelOfModule: LogLevel {
        LogLevel(rawValue: unsafe ap_get_server_module_loglevel(pointer, moduleIndex))
    }
}
