// SPDX-License-Identifier: Apache-2.0

/// An error of a session or a shared value.
public enum SessionError: StatusError, Sendable, CustomStringConvertible, ErrorWithID {
    /// Another request held the lock for too long: 503.
    case lockTimeout(seconds: Double)
    /// The store failed with this message: 503.
    case store(String)
    /// The session was deleted while this request worked without its lock: 409.
    case gone
    /// The session was changed while this request worked without its lock: 409.
    case conflict
    /// A form came without the token of this session: 403.
    case wrongToken
    /// A value cannot be stored, for this reason: 500.
    case unsupported(String)

    /// The status that the request ends with if the error is not caught.
    public var status: Status {
        switch self {
        case .lockTimeout, .store: .serviceUnavailable
        case .gone, .conflict: .conflict
        case .wrongToken: .forbidden
        case .unsupported: .internalServerError
        }
    }

    /// One sentence.
    public var description: String {
        switch self {
        case .lockTimeout(let seconds):
            "the lock was not free within \(seconds) seconds; another request or program holds it"
        case .store(let reason): "the session store failed: \(reason)"
        case .gone: "the session was deleted while the request worked on it without its lock"
        case .conflict: "the session was changed while the request worked on it without its lock"
        case .wrongToken: "the form has no token of this session; it is refused"
        case .unsupported(let reason): reason
        }
    }

    /// Calls a function of a store, and converts its errors.
    static func asking<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SessionError {
            throw error
        } catch {
            throw SessionError.store("\(error)")
        }
    }

    /// The id of its log message.
    var messageID: String {
        switch self {
        case .lockTimeout: "MSW0650"
        case .store: "MSW0651"
        case .gone: "MSW0652"
        case .conflict: "MSW0653"
        case .wrongToken: "MSW0654"
        case .unsupported: "MSW0655"
        }
    }
}
