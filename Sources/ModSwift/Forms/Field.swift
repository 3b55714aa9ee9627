// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// A field of a form.
///
/// An upload that was stored in a file ends with its request: ``save(to:replacing:)`` keeps it.
///
/// Corresponds to `util.Field` and `util.StringField` in mod_python.
public struct Field {
    /// A part of a multipart body.
    final class Part {
        let header: FormPartHeader
        let upload: UploadContent?
        let sink: (any FormSink)?

        init(_ header: FormPartHeader, upload: UploadContent?, sink: (any FormSink)?) {
            self.header = header
            self.upload = upload
            self.sink = sink
        }
    }

    let buffer: FieldBuffer
    let nameRange: Range<Int>
    let valueRange: Range<Int>
    let part: Part?

    private init(_ buffer: FieldBuffer, name: Range<Int>, value: Range<Int>, part: Part?) {
        self.buffer = buffer
        nameRange = name
        valueRange = value
        self.part = part
    }

    init(_ buffer: FieldBuffer, _ entry: FieldEntry, part: Part?) {
        self.init(buffer, name: entry.name, value: entry.value, part: part)
    }

    /// The name; invalid UTF-8 is repaired.
    public var name: String { buffer.text(nameRange) }

    /// The content as text; invalid UTF-8 is repaired. That of an upload is read whole.
    public var value: String {
        part?.upload == nil
            ? buffer.text(valueRange) : String(decoding: bytes, as: UTF8.self)
    }

    /// The content. That of an upload is read whole.
    public var bytes: [UInt8] {
        do {
            return try withBytes { [UInt8](borrowed: $0) }
        } catch {
            stop("The file of an upload cannot be read: \(error)")
        }
    }

    /// The size of the content, in bytes.
    public var size: Int { part?.upload?.count ?? valueRange.count }

    /// Lends the content without copying it; that of an upload in a file is mapped into memory.
    ///
    /// - Parameter body: Gets the bytes, for the call.
    /// - Throws: ``ServerError`` where a file cannot be mapped; what `body` throws.
    public func withBytes<Result>(_ body: (_ bytes: Span<UInt8>) throws -> Result) throws -> Result
    {
        if let upload = part?.upload { return try upload.withBytes(body) }
        return try buffer.withBytes(valueRange, body)
    }

    /// Lends a file that holds the content: the upload's own, or one without a name that is made for
    /// it. It belongs to the request; read it by position (`pread`), or from its beginning once.
    ///
    /// - Parameter body: Gets the descriptor, for the call.
    /// - Throws: ``FormError`` where the file cannot be made; what `body` throws.
    ///
    /// Corresponds to `field.file` in mod_python.
    public func withFileDescriptor<Result>(
        _ body: (_ descriptor: Int32) throws -> Result
    ) throws -> Result {
        guard let upload = part?.upload else {
            throw ServerError(22, operation: "open", detail: "\(name), which is not an upload")
        }
        return try upload.withFileDescriptor(body)
    }

    /// Keeps the content in a file, which has all of it or stays as it was.
    ///
    /// An upload in a file is given a name where the target is in the same file system
    /// (`SwiftFormLimits directory=`); nothing is copied then.
    ///
    /// ```swift
    /// try form["photo"]?.save(to: "/srv/photos/\(id).jpg")
    /// ```
    ///
    /// - Parameters:
    ///   - path: Where to; do not make it of ``filename``, which the client chooses.
    ///   - replacing: Whether a file that is there is replaced; otherwise it is an error.
    /// - Throws: ``ServerError``.
    public func save(to path: String, replacing: Bool = true) throws {
        if let upload = part?.upload { return try upload.save(to: path, isReplacing: replacing) }
        try UploadContent.save(bytes, to: path, isReplacing: replacing)
    }

    /// Whether it is an upload, for which a file was chosen.
    public var isFile: Bool { part?.header.isFile == true }

    /// The name of the file, as the client says: perhaps with a path, never to be trusted. Nil for a
    /// field that is no upload, "" for a file input where no file was chosen.
    public var filename: String? { part?.header.filename }

    /// The media type, in lower case: "text/plain" where the client says none.
    public var type: String { part?.header.type ?? "text/plain" }

    /// The parameters of the media type, such as `charset`, by their names in lower case.
    public var typeOptions: [String: String] { part?.header.typeOptions ?? [:] }

    /// The disposition, such as "form-data"; nil where the form is not multipart.
    public var disposition: String? { part?.header.disposition }

    /// The parameters of the disposition, by their names in lower case.
    public var dispositionOptions: [String: String] { part?.header.dispositionOptions ?? [:] }

    /// All fields of the part's header; empty where the form is not multipart. A table of its own.
    public var headers: Table { part?.header.headers ?? Table() }

    /// What took the content, where the handler gave a sink for it; the field itself is empty then.
    public var sink: (any FormSink)? { part?.sink }
}
