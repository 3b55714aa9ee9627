// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
public import ModSwift

/// A body that is not JSON, or not the expected JSON. It ends the request as 400; the client gets
/// the status, and the log shows the position of the error in the body.
public struct MalformedJSON: StatusError, Sendable, CustomStringConvertible {
    /// The position in the body, as in "items[2].price"; empty for the whole body.
    public let path: String
    /// The decoder's description of the error.
    public let reason: String
    /// The expected type.
    public let wanted: String

    /// 400.
    public var status: Status { .badRequest }

    /// One sentence with all of this information.
    public var description: String {
        let place = path.isEmpty ? "" : " at \(path)"
        return "the body is no JSON for \(wanted)\(place): \(reason)"
    }

    /// - Parameters:
    ///   - body: The decoded bytes.
    ///   - decoder: The decoder that failed.
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

    /// Whether the body is JSON apart from numbers that do not fit: for such a number (256 for a
    /// UInt8), the decoder reports that the whole body is not JSON, and no position.
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
