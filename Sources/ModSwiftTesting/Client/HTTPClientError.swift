// SPDX-License-Identifier: Apache-2.0

/// The reason why there is no complete, well-formed response.
public struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    /// The kind of an error.
    public enum Kind: String, Sendable {
        /// No server accepted the connection, or the request could not be sent.
        case connection
        /// The connection ended before the first byte of a response.
        case closedWithoutAnswer
        /// The connection ended within a response.
        case truncated
        /// The data is not HTTP, or longer than the response announced.
        case malformed
        /// The timeout expired.
        case timedOut
        /// curl failed.
        case curl
    }

    /// The kind of error.
    public let kind: Kind
    /// The error as a sentence.
    public let message: String
    /// The part of the response that was received before: a status of 0 means that not even the
    /// first line was.
    public let partial: Response

    /// Kind and message.
    public var description: String { "\(kind.rawValue): \(message)" }

    init(_ kind: Kind, _ message: String, partial: Response = Response()) {
        self.kind = kind
        self.message = message
        self.partial = partial
    }
}
