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
    ///   - type: The expected type of the body.
    ///   - limit: The maximum size of the body in bytes; 1 MiB by default.
    ///   - decoder: A decoder with your own settings, such as for dates.
    /// - Throws: 415 if the content type of the body is neither `application/json` nor ends in
    ///   `+json`; 413 if the body exceeds the limit; ``MalformedJSON``, which ends the request as
    ///   400; otherwise as ``ModSwift/Request/read(_:)``.
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

    /// Writes a value as JSON. The content type of the response becomes `application/json`, unless
    /// it is already another JSON type, such as `application/problem+json`.
    ///
    /// - Parameters:
    ///   - value: The value to write.
    ///   - encoder: An encoder with your own settings, such as for dates; nil for one that sorts
    ///     the members of objects, so that equal values always produce the same bytes. For your own
    ///     encoder, set `outputFormatting = .sortedKeys` to get that.
    /// - Throws: `EncodingError` if the value cannot be encoded as JSON; nothing is written then.
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

/// Whether a header names a JSON type (RFC 8259, RFC 6839), with any parameters.
private func isJSON(_ contentType: String?) -> Bool {
    guard let type = contentType?.prefix(while: { $0 != ";" }) else { return false }
    let name = String(type).lowercased().filter { $0 != " " && $0 != "\t" }
    return name == "application/json" || name.hasSuffix("+json")
}
