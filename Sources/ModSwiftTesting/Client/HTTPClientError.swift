// SPDX-License-Identifier: Apache-2.0

/// Why there is no complete, well-formed response.
public struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, in one word.
    public enum Kind: String, Sendable {
        /// Nobody accepted the connection, or the request could not be sent.
        case connection
        /// The connection ended before the first byte of a response.
        case closedWithoutAnswer
        /// The connection ended within a response.
        case truncated
        /// What came is not HTTP, or more than the response said.
        case malformed
        /// Time ran out.
        case timedOut
        /// curl failed.
        case curl
    }

    /// What went wrong, in one word.
    public let kind: Kind
    /// What went wrong, in a sentence.
    public let message: String
    /// As much of the response as came before: a status of 0 means not even its first line.
    public let partial: Response

    /// The sentence.
    public var description: String { "\(kind.rawValue): \(message)" }

    init(_ kind: Kind, _ message: String, partial: Response = Response()) {
        self.kind = kind
        self.message = message
        self.partial = partial
    }
}
