// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// A field of a form.
///
/// The file of an upload is deleted when its request ends; ``save(to:replacing:)`` keeps it.
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

    /// The content as text; invalid UTF-8 is repaired. An upload is read completely.
    public var value: String {
        part?.upload == nil
            ? buffer.text(valueRange) : String(decoding: bytes, as: UTF8.self)
    }

    /// The content. An upload is read completely.
    public var bytes: [UInt8] {
        do {
            return try withBytes { [UInt8](borrowed: $0) }
        } catch {
            stop("The file of an upload cannot be read: \(error)")
        }
    }

    /// The size of the content, in bytes.
    public var size: Int { part?.upload?.count ?? valueRange.count }

    /// Passes the content to body without copying it; an upload in a file is mapped into memory.
    ///
    /// - Parameter body: Called with the bytes, which are borrowed for the call.
    /// - Throws: ``ServerError`` if a file cannot be mapped; errors of `body`.
    public func withBytes<Result>(_ body: (_ bytes: Span<UInt8>) throws -> Result) throws -> Result
    {
        if let upload = part?.upload { return try upload.withBytes(body) }
        return try buffer.withBytes(valueRange, body)
    }

    /// Passes a file with the content to body: the upload's own file, or a nameless one that is
    /// created for it. It belongs to the request; read it by position (`pread`), or once from its
    /// beginning.
    ///
    /// - Parameter body: Called with the descriptor, which is valid for the call.
    /// - Throws: ``FormError`` if the file cannot be created; errors of `body`.
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

    /// Saves the content to a file, which then contains all of it or stays unchanged.
    ///
    /// If the upload is in a file in the same file system as the target (`SwiftFormLimits
    /// directory=`), that file gets a name and nothing is copied.
    ///
    /// ```swift
    /// try form["photo"]?.save(to: "/srv/photos/\(id).jpg")
    /// ```
    ///
    /// - Parameters:
    ///   - path: The target; do not build it from ``filename``, which the client chooses.
    ///   - replacing: Whether an existing file is replaced; otherwise it is an error.
    /// - Throws: ``ServerError``.
    public func save(to path: String, replacing: Bool = true) throws {
        if let upload = part?.upload { return try upload.save(to: path, isReplacing: replacing) }
        try UploadContent.save(bytes, to: path, isReplacing: replacing)
    }

    /// Whether it is an upload with a chosen file.
    public var isFile: Bool { part?.header.isFile == true }

    /// The client's name of the file: possibly with a path, never to be trusted. Nil for a field
    /// that is not an upload, "" for a file input in which no file was chosen.
    public var filename: String? { part?.header.filename }

    /// The media type, in lower case: "text/plain" if the client sent none.
    public var type: String { part?.header.type ?? "text/plain" }

    /// The parameters of the media type, such as `charset`; names are in lower case.
    public var typeOptions: [String: String] { part?.header.typeOptions ?? [:] }

    /// The disposition, such as "form-data"; nil if the form is not multipart.
    public var disposition: String? { part?.header.disposition }

    /// The parameters of the disposition; names are in lower case.
    public var dispositionOptions: [String: String] { part?.header.dispositionOptions ?? [:] }

    /// All fields of the part's header, in an independent table; empty if the form is not
    /// multipart.
    public var headers: Table { part?.header.headers ?? Table() }

    /// The sink that received the content, if the handler provided one; the field itself is then
    /// empty.
    public var sink: (any FormSink)? { part?.sink }
}
