// SPDX-License-Identifier: Apache-2.0
//
// The possible results of a published function, and the responses that they produce.

internal import ValueCoding

/// Turns a result into a response. Used by the code that the builder generates, not by authors.
@_documentation(visibility: internal)
public struct PublishedResult<Value: ~Copyable> {
    /// Nil for a type that cannot be a response.
    let respond: ((consuming Value, Request) throws -> Status)?
}

extension PublishedType where Value == String {
    /// Text; HTML where it ends in `</html>`.
    public func result() -> PublishedResult<Value> {
        PublishedResult { text, request in
            request.setPublishedType(text.endsAsHTML ? .html : .text)
            request.write(text)
            return .ok
        }
    }
}

extension PublishedType where Value == HTML {
    /// HTML.
    public func result() -> PublishedResult<Value> {
        PublishedResult { html, request in
            request.setPublishedType(.html)
            request.write(html.text)
            return .ok
        }
    }
}

extension PublishedType where Value == [UInt8] {
    /// Bytes.
    public func result() -> PublishedResult<Value> {
        PublishedResult { bytes, request in
            request.setPublishedType(.bytes)
            request.write(bytes)
            return .ok
        }
    }
}

extension PublishedType where Value == Status {
    /// A status, as from any handler.
    public func result() -> PublishedResult<Value> { PublishedResult { status, _ in status } }
}

extension PublishedType where Value == Void {
    /// No result: the output of the function is the response.
    public func result() -> PublishedResult<Value> { PublishedResult { _, _ in .ok } }
}

extension PublishedType where Value: Encodable {
    /// JSON.
    @_disfavoredOverload
    public func result() -> PublishedResult<Value> {
        PublishedResult { value, request in
            let text = try ValueCoding.Value(encoding: value).json()
            request.setPublishedType(.json)
            request.write(text)
            return .ok
        }
    }
}

// MARK: Optional results

extension PublishedType where Value == String? {
    /// Text; nil is 404.
    public func result() -> PublishedResult<Value> {
        .init(ofSome: PublishedType<String>().result())
    }
}

extension PublishedType where Value == HTML? {
    /// HTML; nil is 404.
    public func result() -> PublishedResult<Value> { .init(ofSome: PublishedType<HTML>().result()) }
}

extension PublishedType where Value == [UInt8]? {
    /// Bytes; nil is 404.
    public func result() -> PublishedResult<Value> {
        .init(ofSome: PublishedType<[UInt8]>().result())
    }
}

extension PublishedType {
    /// JSON; nil is 404.
    public func result<Some: Encodable>() -> PublishedResult<Value> where Value == Some? {
        .init(ofSome: PublishedType<Some>().result())
    }
}

extension PublishedResult {
    fileprivate init<Some>(ofSome result: PublishedResult<Some>) where Value == Some? {
        respond = { value, request in
            guard let value else { throw Status.notFound }
            return try result.respond?(value, request) ?? .internalServerError
        }
    }
}

// MARK: Results in parts

extension PublishedType where Value: AsyncSequence, Value.Element == String {
    /// Parts of text, each sent as it is produced.
    public func result() -> PublishedResult<Value> {
        PublishedResult { pieces, request in
            request.setPublishedType(.text)
            return try request.stream { try await $0.write(contentsOf: pieces, flushing: true) }
        }
    }
}

extension PublishedType where Value: AsyncSequence, Value.Element == HTML {
    /// Parts of HTML, each sent as it is produced.
    public func result() -> PublishedResult<Value> {
        PublishedResult { pieces, request in
            request.setPublishedType(.html)
            return try request.stream { request in
                for try await piece in pieces {
                    request.write(piece.text)
                    try request.flush()
                }
            }
        }
    }
}

extension PublishedType where Value: AsyncSequence, Value.Element == [UInt8] {
    /// Parts of bytes, each sent as it is produced.
    public func result() -> PublishedResult<Value> {
        PublishedResult { pieces, request in
            request.setPublishedType(.bytes)
            return try request.stream { try await $0.write(contentsOf: pieces, flushing: true) }
        }
    }
}

// MARK: Types that cannot be a response

extension PublishedType where Value: ~Copyable {
    /// Any other type, which cannot be sent to a client.
    @_disfavoredOverload
    public func result() -> PublishedResult<Value> { PublishedResult(respond: nil) }
}

extension PublishedResult where Value: ~Copyable {
    fileprivate init(_ respond: @escaping (consuming Value, Request) throws -> Status) {
        self.respond = respond
    }
}

/// The content type of a response whose handler has set none.
private enum PublishedContentType: String {
    case text = "text/plain; charset=utf-8"
    case html = "text/html; charset=utf-8"
    case json = "application/json"
    case bytes = "application/octet-stream"
}

extension Request {
    fileprivate func setPublishedType(_ type: PublishedContentType) {
        if !isContentTypeSet { contentType = type.rawValue }
    }

    /// Writes parts as they are produced. A HEAD request waits for none of them.
    fileprivate func stream(_ write: @escaping (Request) async throws -> Void) throws -> Status {
        if !live.isHeaderOnly { try WorkerExecutor.run(self, write) }
        return .ok
    }
}

extension String {
    /// Whether it ends in `</html>`, in any case, optionally followed by blanks.
    fileprivate var endsAsHTML: Bool {
        let text = utf8Span.span
        var end = text.count
        while end > 0, text[end - 1] == 0x20 || (0x09...0x0D).contains(text[end - 1]) { end -= 1 }
        // For most texts this byte is decisive.
        guard end >= 7, text[end - 1] == UInt8(ascii: ">") else { return false }
        var index = end - 7
        for expected in "</html>".utf8 {
            let byte = text[index]
            guard byte == expected || (0x41...0x5A).contains(byte) && byte | 0x20 == expected else {
                return false
            }
            index += 1
        }
        return true
    }
}
