// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

extension FieldStorage {
    /// Makes a value of a form.
    ///
    /// ```swift
    /// struct Order: Decodable {
    ///     var item: String
    ///     var count: Int
    ///     var isGift: Bool
    ///     var day: String?
    /// }
    /// let order = try req.form().decode(Order.self)
    /// ```
    ///
    /// A property is the first field of its name; an array all fields of its name, also as `name[]`.
    /// `a[b]` and `a.b` are the property `b` of the structure `a`. A checkbox is a `Bool`: false where
    /// it is not there. An optional is nil where its field is missing or, save for a `String`, empty.
    /// `Date` takes what the inputs of HTML send, as UTC. ``Upload`` is a file.
    ///
    /// - Parameter type: What to make.
    /// - Throws: ``FormError``, which ends as 400 and names all fields that are wrong in
    ///   ``FormError/problems``.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try withDecoder { decoder throws(FormProblems) in try decoder.decode(type) }
    }

    /// Calls body with a decoder of the form.
    ///
    /// - Parameter other: Gives the text that the decoder knows by the number ``otherText``, and that is
    ///   no field; nil where there is none.
    /// - Throws: ``FormError``.
    func withDecoder<T>(
        other: (() -> String?)? = nil, _ body: (FormDecoder) throws(FormProblems) -> T
    ) throws -> T {
        let tree: FormTree
        do {
            tree = try FormTree(names, maximumDepth: limits.nesting)
        } catch {
            throw FormError(error.limit, of: limits)
        }
        let decoder = FormDecoder(tree, userInfo: [Upload.formKey: self]) { [self] number in
            guard number != Self.otherText else { return other?() }
            let field = field(number)
            return field.isFile ? nil : field.value
        }
        do {
            return try body(decoder)
        } catch {
            throw FormError.undecodable(error.problems)
        }
    }

    static let otherText = -1
}

/// A file of a form, as a property of a structure that a form is decoded to.
///
/// ```swift
/// struct Picture: Decodable {
///     var title: String
///     var file: Upload?
/// }
/// ```
public struct Upload: Decodable {
    /// The field.
    public let field: Field

    init(_ field: Field) { self.field = field }

    static let formKey: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "mod_swift.form") else { stop("No key") }
        return key
    }()

    /// Decodes a file; only a form has some.
    ///
    /// - Throws: An error that becomes a problem of the field.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? FormValueDecoder,
            let form = decoder.userInfo[Self.formKey] as? FieldStorage
        else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath, debugDescription: "only a form has uploads"))
        }
        guard let number = decoder.field else {
            throw FormProblem(name: decoder.name, reason: "is missing")
        }
        field = form.field(number)
        guard field.isFile else {
            throw FormProblem(name: decoder.name, reason: "is not a file")
        }
    }

    /// The name of the file, as the client says: perhaps with a path, never to be trusted.
    public var filename: String { field.filename ?? "" }
    /// The media type, as the client says.
    public var type: String { field.type }
    /// The size, in bytes.
    public var size: Int { field.size }

    /// Lends the content, as ``Field/withBytes(_:)``.
    ///
    /// - Throws: As that.
    public func withBytes<Result>(_ body: (_ bytes: Span<UInt8>) throws -> Result) throws -> Result
    {
        try field.withBytes(body)
    }

    /// Keeps the content in a file, as ``Field/save(to:replacing:)``.
    ///
    /// - Throws: ``ServerError``.
    public func save(to path: String, replacing: Bool = true) throws {
        try field.save(to: path, replacing: replacing)
    }
}
