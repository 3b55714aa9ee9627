// SPDX-License-Identifier: Apache-2.0
//
// Forms: whatever the client sent, read by every member.

import ModSwift

/// Reads the form, and changes it.
func useForm(_ req: Request) {
    var tally = Tally()
    var limits = FormLimits()
    tally.read(req.formLimits.directory)
    limits.body = 1 << 20
    limits.text = 1 << 16
    limits.field = 1 << 12
    limits.header = 1 << 10
    limits.memory = 10
    limits.fields = 100
    limits.parts = 100
    limits.nesting = 4
    limits.directory = req.formLimits.directory
    let form = tally.attempt {
        try req.form(
            keepBlankValues: true, limits: limits, fileSink: sink(for:), fieldSink: sink(for:))
    }
    guard let form else { return }
    tally.readAll(of: form)
    tally.attempt { try form.decode(Everything.self).name }
    tally.attempt { try form.decode([String: Upload?].self).values.forEach(keep) }
    tally.attempt { try form.decode([String: Wrapped].self).count }
    form.add("added", req.uri)
    form.set("added", to: "1")
    form.remove("added")
    tally.readAll(of: form)
    form.removeAll()
    texts(req, &tally)
}

private struct Everything: Decodable {
    var name: String
    var count: Int
    var file: Upload?
}

private struct Wrapped: Decodable {
    let upload: Upload

    init(from decoder: any Decoder) throws { upload = try Upload(from: decoder) }
}

private func keep(_ upload: Upload?) {
    guard let upload else { return }
    var tally = Tally()
    tally.read(upload.filename, upload.type, upload.size, upload.field.name)
    tally.attempt { try upload.withBytes { $0.count } }
    tally.attempt { try upload.save(to: "/nowhere/at/all", replacing: true) }
}

/// Returns a sink for parts named x.
private func sink(for part: FormPartHeader) throws -> (any FormSink)? {
    var tally = Tally()
    tally.readAll(of: part)
    return part.name == "x" ? Counter() : nil
}

final class Counter: FormSink {
    var count = 0
    func write(_ bytes: Span<UInt8>) { count += bytes.count }
    func finish() { count += 1 }
    func abandon() { count = 0 }
}

extension Tally {
    mutating func readAll(of form: FieldStorage) {
        read(form.count, form.isEmpty, form.keys, form.contains("a"))
        read(form.getFirst("a"), form.getList("a"), form.fields(named: "a").count)
        attempt { try form.withBytes(of: "a") { $0.count } }
        if let field = form["a"] { readAll(of: field) }
        for field in form { readAll(of: field) }
        var iterator = form.makeIterator()
        read(iterator.next()?.name)
    }

    private mutating func readAll(of field: Field) {
        read(field.name, field.value, field.bytes, field.size, field.isFile, field.filename)
        read(field.type, field.typeOptions, field.disposition, field.dispositionOptions)
        read(field.headers.count)
        attempt { try field.withBytes { $0.count } }
        attempt { try field.withFileDescriptor { $0 } }
        attempt { try field.save(to: "/nowhere/at/all", replacing: false) }
        if let sink = field.sink {
            attempt { try sink.write([1].span) }
            attempt { try sink.finish() }
            sink.abandon()
        }
    }

    mutating func readAll(of part: FormPartHeader) {
        read(part.name, part.filename, part.isFile, part.type, part.typeOptions)
        read(part.disposition, part.dispositionOptions, part.headers.count)
    }
}

private func texts(_ req: Request, _ tally: inout Tally) {
    let query = req.args ?? ""
    tally.read(Util.parseQS(query), Util.parseQSL(query, keepBlankValues: true).count)
    tally.read(query.htmlEscaped, query.percentEncoded, query.percentDecoded, query.formEncoded)
    if query == "redirect" { tally.attempt { try Util.redirect(req, to: query) } }
}

/// Reads the form part by part.
func readParts(_ req: Request) async throws -> Int {
    var size = 0
    var tally = Tally()
    var parts = try req.formParts(limits: req.formLimits).makeAsyncIterator()
    while let part = try await parts.next() {
        tally.readAll(of: part.header)
        tally.read(part.name, part.filename, part.isFile, part.type, part.headers.count)
        var content = part.content.makeAsyncIterator()
        if let chunk = try await content.next() {
            size += try chunk.copy().count
            size += try chunk.withBytes { $0.count }
        }
        while let chunk = try await content.next(isolation: nil) { size += chunk.count }
        tally.read(part.isComplete)
        if let next = try await parts.next(isolation: nil) { size += try next.read().count }
    }
    return size
}

/// Reads the parts in a synchronous handler.
func readPartsByClosures(_ req: Request) throws -> Int {
    var size = 0
    try req.forEachFormPart(limits: FormLimits()) { part in
        if part.name == "a" { size += try part.read(limit: 10).count }
        try part.forEachChunk { size += $0.count }
    }
    return size
}
