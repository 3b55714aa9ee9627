// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
public import ModSwift

/// A body that is no JSON, or not the JSON that was wanted. It ends the request as 400; the client
/// learns the status, the log where in the body it went wrong.
public struct MalformedJSON: StatusError, Sendable, CustomStringConvertible {
    /// Where in the body, as in "items[2].price"; empty for the whole.
    public let path: String
    /// What was wrong there, in the decoder's words.
    public let reason: String
    /// The type that was wanted.
    public let wanted: String

    /// 400.
    public var status: Status { .badRequest }

    /// One sentence with all of it.
    public var description: String {
        let place = path.isEmpty ? "" : " at \(path)"
        return "the body is no JSON for \(wanted)\(place): \(reason)"
    }

    /// - Parameters:
    ///   - body: What was decoded.
    ///   - decoder: What decoded it.
    init<Value: Decodable>(
        _ error: DecodingError, in body: Data, wanted: Value.Type, by decoder: JSONDecoder
    ) {
        self.wanted = "\(wanted)"
        switch error {
        case .keyNotFound(let key, let context):
            path = Self.text(context.codingPath + [key])
            reason = "it is missing"
        case .dataCorrupted(let context) where context.codingPath.isEmpty && Self.isJSON(body):
            let place = LastDecodedPath.ofFailure(decoding: wanted, from: body, by: decoder)
            path = Self.text(place ?? [])
            reason = "a number does not fit the type that it is for"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            path = Self.text(context.codingPath)
            reason = context.debugDescription
        @unknown default:
            path = ""
            reason = "\(error)"
        }
    }

    /// Whether the decoder takes it for JSON as long as nobody asks for its numbers: of one that does not
    /// fit (256 for a UInt8), it says that the whole is no JSON, and not where.
    private static func isJSON(_ body: Data) -> Bool {
        (try? JSONDecoder().decode(Anything.self, from: body)) != nil
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    private static func text(_ path: [any CodingKey]) -> String {
        path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
