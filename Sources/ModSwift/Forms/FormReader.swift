// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// Reads a form: its query, then its body.
struct FormReader {
    /// Returns the sink for a part's content; nil if the form is to keep the content.
    typealias SinkMaker = (FormPartHeader) throws -> (any FormSink)?

    private let request: Request
    private let limits: FormLimits
    private let keepsBlankValues: Bool
    private let fileSink: SinkMaker?
    private let fieldSink: SinkMaker?
    private let buffer = FieldBuffer()
    private var entries: [FieldEntry] = []
    /// The part of each entry; empty until the first entry that is a part of a multipart body.
    private var parts: [Field.Part?] = []
    /// The total size of names and values in bytes.
    private var textSize = 0
    /// The total size of the uploads in memory in bytes.
    private var memory = 0
    private var sinks: [any FormSink] = []

    init(
        _ request: Request, limits: FormLimits, keepsBlankValues: Bool, fileSink: SinkMaker?,
        fieldSink: SinkMaker?
    ) {
        self.request = request
        self.limits = limits
        self.keepsBlankValues = keepsBlankValues
        self.fileSink = fileSink
        self.fieldSink = fieldSink
    }

    /// Reads the query and the body.
    mutating func read() throws -> FieldStorage {
        do {
            var parser = makeParser()
            try readQuery(&parser)
            let queryCount = parser.pairs.count
            switch try FormBody(of: request, limits) {
            case .none:
                take(parser)
                request.formOfPreviousBody?.copyBody(to: &self)
            case .urlencoded:
                try readURLEncodedBody(&parser)
                take(parser)
            case .multipart(let boundary):
                take(parser)
                try readMultipartBody(boundary)
            }
            for sink in sinks { try sink.finish() }
            return FieldStorage(
                buffer, entries, parts: parts, queryCount: queryCount, limits: limits)
        } catch {
            for sink in sinks { sink.abandon() }
            throw (error as? FormLimitError).map { FormError($0.limit, of: limits) } ?? error
        }
    }

    /// Reads an urlencoded body.
    mutating func readBodyAlone() throws -> [Field] {
        do {
            var parser = makeParser()
            try readURLEncodedBody(&parser)
            take(parser)
            return entries.map { Field(buffer, $0, part: nil) }
        } catch let error as FormLimitError {
            throw FormError(error.limit, of: limits)
        }
    }

    private func count(_ count: Int, _ limit: FormLimit, _ most: Int) throws(FormLimitError) {
        if count > most { throw FormLimitError(limit) }
    }

    // MARK: urlencoded

    private func makeParser() -> URLEncodedParser {
        let record = request.live
        return URLEncodedParser(
            maximumPairs: limits.fields, maximumPairSize: limits.field,
            keepsBlankValues: keepsBlankValues,
            expectedSize: record.withQuery { $0.count } + record.announcedLength)
    }

    private mutating func readQuery(_ parser: inout URLEncodedParser) throws {
        let size = try request.live.withQuery { query throws(FormLimitError) in
            try parser.feed(query)
            return query.count
        }
        guard size > 0 else { return }
        try count(size, .text, limits.text)
        textSize = size
        try parser.finish()
    }

    private mutating func readURLEncodedBody(_ parser: inout URLEncodedParser) throws {
        var size = 0
        try request.reader.lend(from: request.live) { piece in
            size += piece.count
            try count(size, .body, limits.body)
            try count(textSize + size, .text, limits.text)
            try parser.feed(piece)
        }
        textSize += size
        try parser.finish()
    }

    /// Takes over the parser's result: the first fields of the form.
    private mutating func take(_ parser: URLEncodedParser) {
        buffer.begin(with: parser.bytes)
        entries = parser.pairs
    }

    /// Adds a field of another form.
    mutating func add(copyOf entry: FieldEntry, of other: FieldBuffer, _ part: Field.Part?) {
        let start = buffer.bytes.count
        buffer.append(other.bytes[entry.name.lowerBound..<entry.value.upperBound])
        add(from: start, nameEnd: start + entry.name.count, part)
    }

    /// Adds a field whose name and value are at the end of the buffer.
    private mutating func add(from start: Int, nameEnd: Int, _ part: Field.Part?) {
        if part != nil, parts.isEmpty { parts = Array(repeating: nil, count: entries.count) }
        entries.append(buffer.entry(from: start, nameEnd: nameEnd))
        if part != nil || !parts.isEmpty { parts.append(part) }
    }

    // MARK: multipart

    private mutating func readMultipartBody(_ boundary: [UInt8]) throws {
        var body = MultipartBody(of: request, boundary: boundary, limits: limits)
        var part: OpenPart?
        while let event = try body.next() {
            switch event {
            case .part(let header): part = try open(FormPartHeader(header))
            case .content(let range):
                guard let part else { continue }
                try body.withContent(range) { try take($0, for: part) }
            case .held(let bytes):
                guard let part else { continue }
                try take(bytes.span, for: part)
            case .endOfPart:
                if let part { try close(part) }
                part = nil
            }
        }
    }

    /// A part whose content is being read.
    private final class OpenPart {
        let header: FormPartHeader
        let name: Range<Int>
        let sink: (any FormSink)?
        let upload: UploadContent?

        init(
            _ header: FormPartHeader, name: Range<Int>, sink: (any FormSink)?,
            upload: UploadContent?
        ) {
            self.header = header
            self.name = name
            self.sink = sink
            self.upload = upload
        }
    }

    private mutating func open(_ header: FormPartHeader) throws -> OpenPart {
        try count(entries.count + 1, .fields, limits.fields)
        let start = buffer.bytes.count
        buffer.append(header.name.utf8)
        let name = start..<buffer.bytes.count
        try addText(name.count)
        try count(name.count, .field, limits.field)
        let sink = try (header.isFile ? fileSink : fieldSink)?(header)
        if let sink { sinks.append(sink) }
        let upload =
            header.isFile && sink == nil
            ? UploadContent(of: request, directory: limits.directory) : nil
        return OpenPart(header, name: name, sink: sink, upload: upload)
    }

    private mutating func take(_ bytes: Span<UInt8>, for part: OpenPart) throws {
        if let sink = part.sink { return try sink.write(bytes) }
        if let upload = part.upload {
            let inMemory = upload.isInMemory
            try upload.append(bytes, room: limits.memory - memory)
            if upload.isInMemory {
                memory += bytes.count
            } else if inMemory {
                memory -= upload.count - bytes.count
            }
            return
        }
        try addText(bytes.count)
        buffer.append(bytes)
        try count(buffer.bytes.count - part.name.lowerBound, .field, limits.field)
    }

    private mutating func addText(_ size: Int) throws(FormLimitError) {
        textSize += size
        try count(textSize, .text, limits.text)
    }

    private mutating func close(_ part: OpenPart) throws {
        try part.upload?.finish()
        if !keepsBlankValues, !part.header.isFile, part.sink == nil,
            buffer.bytes.count == part.name.upperBound
        {
            return
        }
        add(
            from: part.name.lowerBound, nameEnd: part.name.upperBound,
            Field.Part(part.header, upload: part.upload, sink: part.sink))
    }
}

extension Request {
    /// The form of the request that httpd redirected to this one.
    fileprivate var formOfPreviousBody: FieldStorage? {
        var previous = live.previous
        while let record = previous {
            if case .success(let form) = record.object?.stateIfAny?.form {
                return form
            }
            previous = record.previous
        }
        return nil
    }
}
