// SPDX-License-Identifier: Apache-2.0
//
// What a published function may return, and what becomes of it.

internal import ValueCoding

/// How a result becomes a response. Used by the code that the builder generates, not by authors.
@_documentation(visibility: internal)
public struct PublishedResult<Value: ~Copyable> {
    /// Nil for a type that is no response.
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
    /// A status, as of any handler.
    public func result() -> PublishedResult<Value> { PublishedResult { status, _ in status } }
}

extension PublishedType where Value == Void {
    /// Nothing: what was written is the response.
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

// MARK: What may be absent

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

// MARK: What comes in pieces

extension PublishedType where Value: AsyncSequence, Value.Element == String {
    /// Pieces of text, each sent when it comes.
    public func result() -> PublishedResult<Value> {
        PublishedResult { pieces, request in
            request.setPublishedType(.text)
            return try request.stream { try await $0.write(contentsOf: pieces, flushing: true) }
        }
    }
}

extension PublishedType where Value: AsyncSequence, Value.Element == HTML {
    /// Pieces of HTML, each sent when it comes.
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
    /// Bytes, each piece sent when it comes.
    public func result() -> PublishedResult<Value> {
        PublishedResult { pieces, request in
            request.setPublishedType(.bytes)
            return try request.stream { try await $0.write(contentsOf: pieces, flushing: true) }
        }
    }
}

// MARK: What is no response

extension PublishedType where Value: ~Copyable {
    /// Nothing that a client could be sent.
    @_disfavoredOverload
    public func result() -> PublishedResult<Value> { PublishedResult(respond: nil) }
}

extension PublishedResult where Value: ~Copyable {
    fileprivate init(_ respond: @escaping (consuming Value, Request) throws -> Status) {
        self.respond = respond
    }
}

/// The type of a response whose handler has set none.
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

    /// Writes pieces as they come. A client that asks for the head alone waits for none of them.
    fileprivate func stream(_ write: @escaping (Request) async throws -> Void) throws -> Status {
        if !live.isHeaderOnly { try WorkerExecutor.run(self, write) }
        return .ok
    }
}

extension String {
    /// Whether it ends in `</html>` and perhaps blanks, in any case.
    fileprivate var endsAsHTML: Bool {
        let text = utf8Span.span
        var end = text.count
        while end > 0, text[end - 1] == 0x20 || (0x09...0x0D).contains(text[end - 1]) { end -= 1 }
        // Most texts are told by this one byte.
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
