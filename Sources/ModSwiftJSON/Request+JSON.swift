// SPDX-License-Identifier: Apache-2.0

public import FoundationEssentials
public import ModSwift

extension Request {
    /// Reads the body as JSON.
    ///
    /// ```swift
    /// struct Order: Codable { var item: String; var count: Int }
    /// let order = try req.readJSON(Order.self)
    /// ```
    ///
    /// - Parameters:
    ///   - type: What the body is to be.
    ///   - limit: The largest body that is taken, in bytes; 1 MiB unless you say another.
    ///   - decoder: With settings of your own, such as for dates.
    /// - Throws: 415 when the type of the body is neither `application/json` nor ends in `+json`;
    ///   413 when it is larger than the limit; ``MalformedJSON``, which ends as 400; otherwise as
    ///   ``ModSwift/Request/read(_:)``.
    public func readJSON<Value: Decodable>(
        _ type: Value.Type = Value.self, limit: Int = 1 << 20,
        decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        guard isJSON(headersIn["Content-Type"]) else { throw Status.unsupportedMediaType }
        let bytes = try read(limit)
        guard try bytes.count < limit || read(1).isEmpty else {
            throw Status.requestEntityTooLarge
        }
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw MalformedJSON(error, in: Data(bytes), wanted: type, by: decoder)
        }
    }

    /// Writes a value as JSON. The type of the response becomes `application/json`, unless it is
    /// another type of JSON already, such as `application/problem+json`.
    ///
    /// - Parameters:
    ///   - value: What to write.
    ///   - encoder: With settings of your own, such as for dates; nil for one that sorts the members of
    ///     objects, so that a value always comes to the same bytes. Another one does that with
    ///     `outputFormatting = .sortedKeys`.
    /// - Throws: `EncodingError` when the value cannot be JSON; nothing is written then.
    public func writeJSON(_ value: some Encodable, encoder: JSONEncoder? = nil) throws {
        let bytes = try (encoder ?? sorting()).encode(value)
        if !isJSON(contentType) { contentType = "application/json" }
        write(bytes)
    }
}

private func sorting() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
}

/// Whether a header names a type of JSON (RFC 8259, RFC 6839), whatever its parameters.
private func isJSON(_ contentType: String?) -> Bool {
    guard let type = contentType?.prefix(while: { $0 != ";" }) else { return false }
    let name = String(type).lowercased().filter { $0 != " " && $0 != "\t" }
    return name == "application/json" || name.hasSuffix("+json")
}
