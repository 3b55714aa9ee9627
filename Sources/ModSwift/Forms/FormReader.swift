// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// Reads a form: its query, then its body.
struct FormReader {
    /// Gives the sink for a part's content; nil where the form is to hold it.
    typealias SinkMaker = (FormPartHeader) throws -> (any FormSink)?

    private let request: Request
    private let limits: FormLimits
    private let keepsBlankValues: Bool
    private let fileSink: SinkMaker?
    private let fieldSink: SinkMaker?
    private var fields: [Field] = []
    /// How many bytes of names and values there are.
    private var textSize = 0
    /// How many bytes of uploads are in memory.
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

    /// Reads all of it.
    mutating func read() throws -> FieldStorage {
        do {
            try readQuery()
            let queryCount = fields.count
            switch try FormBody(of: request, limits) {
            case .none: fields += request.fieldsOfPreviousBody
            case .urlencoded: try readURLEncodedBody()
            case .multipart(let boundary): try readMultipartBody(boundary)
            }
            for sink in sinks { try sink.finish() }
            return FieldStorage(fields, queryCount: queryCount, limits: limits)
        } catch {
            for sink in sinks { sink.abandon() }
            throw (error as? FormLimitError).map { FormError($0.limit, of: limits) } ?? error
        }
    }

    /// Reads an urlencoded body.
    mutating func readBodyAlone() throws -> [Field] {
        do {
            try readURLEncodedBody()
            return fields
        } catch let error as FormLimitError {
            throw FormError(error.limit, of: limits)
        }
    }

    private func count(_ count: Int, _ limit: FormLimit, _ most: Int) throws(FormLimitError) {
        if count > most { throw FormLimitError(limit) }
    }

    // MARK: urlencoded

    private var parser: URLEncodedParser {
        URLEncodedParser(
            maximumPairs: limits.fields - fields.count, maximumPairSize: limits.field,
            keepsBlankValues: keepsBlankValues)
    }

    private mutating func readQuery() throws {
        var parser = parser
        let size = try request.live.withQuery { query throws(FormLimitError) in
            try parser.feed(query)
            return query.count
        }
        guard size > 0 else { return }
        try count(size, .text, limits.text)
        textSize = size
        try take(&parser)
    }

    private mutating func readURLEncodedBody() throws {
        var parser = parser
        var size = 0
        try request.reader.lend(from: request.live) { piece in
            size += piece.count
            try count(size, .body, limits.body)
            try count(textSize + size, .text, limits.text)
            try parser.feed(piece)
        }
        textSize += size
        try take(&parser)
    }

    private mutating func take(_ parser: inout URLEncodedParser) throws(FormLimitError) {
        try parser.finish()
        let buffer = FieldBuffer(parser.bytes)
        fields.reserveCapacity(fields.count + parser.pairs.count)
        for pair in parser.pairs {
            fields.append(Field(buffer, name: pair.name, value: pair.value))
        }
    }

    // MARK: multipart

    private mutating func readMultipartBody(_ boundary: [UInt8]) throws {
        var body = MultipartBody(of: request, boundary: boundary, limits: limits)
        let buffer = FieldBuffer()
        var part: OpenPart?
        while let event = try body.next() {
            switch event {
            case .part(let header): part = try open(FormPartHeader(header), buffer)
            case .content(let range):
                guard let part else { continue }
                try body.withContent(range) { try take($0, for: part) }
            case .held(let bytes):
                guard let part else { continue }
                try take(bytes.span, for: part)
            case .endOfPart:
                if let part { close(part) }
                part = nil
            }
        }
    }

    /// A part whose content is being read.
    private struct OpenPart {
        let header: FormPartHeader
        let buffer: FieldBuffer
        let name: Range<Int>
        let sink: (any FormSink)?
        let upload: UploadContent?
    }

    private mutating func open(_ header: FormPartHeader, _ buffer: FieldBuffer) throws -> OpenPart {
        try count(fields.count + 1, .fields, limits.fields)
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
        return OpenPart(header: header, buffer: buffer, name: name, sink: sink, upload: upload)
    }

    private mutating func take(_ bytes: Span<UInt8>, for part: OpenPart) throws {
        if let sink = part.sink { return try sink.write(bytes) }
        if let upload = part.upload {
            let mayStay = memory + bytes.count <= limits.memory
            let inMemory = upload.isInMemory
            try upload.append(bytes, mayStay: mayStay)
            if upload.isInMemory {
                memory += bytes.count
            } else if inMemory {
                memory -= upload.count - bytes.count
            }
            return
        }
        try addText(bytes.count)
        part.buffer.append(bytes)
        try count(part.buffer.bytes.count - part.name.lowerBound, .field, limits.field)
    }

    private mutating func addText(_ size: Int) throws(FormLimitError) {
        textSize += size
        try count(textSize, .text, limits.text)
    }

    private mutating func close(_ part: OpenPart) {
        let end =
            part.sink == nil && part.upload == nil ? part.buffer.bytes.count : part.name.upperBound
        if !keepsBlankValues, !part.header.isFile, part.sink == nil, end == part.name.upperBound {
            return
        }
        fields.append(
            Field(
                part.buffer, name: part.name, value: part.name.upperBound..<end,
                part: Field.Part(part.header, upload: part.upload, sink: part.sink)))
    }
}

extension Request {
    /// The body's fields of the form of a request from which httpd has redirected to this one.
    fileprivate var fieldsOfPreviousBody: ArraySlice<Field> {
        var previous = live.previous
        while let record = previous {
            if case .success(let form) = record.object?.stateIfAny?.form {
                return form.fields.dropFirst(form.queryCount)
            }
            previous = record.previous
        }
        return []
    }
}
