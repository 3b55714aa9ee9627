// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

extension FieldStorage {
    /// Decodes a value from a form.
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
    /// A property is the first field of its name; an array consists of all fields of its name, also
    /// as `name[]`. `a[b]` and `a.b` are the property `b` of the structure `a`. A checkbox is a
    /// `Bool`: false if the field is missing. An optional is nil if its field is missing or, except
    /// for a `String`, empty. `Date` accepts the values of HTML inputs, in UTC. ``Upload`` is a
    /// file.
    ///
    /// - Parameter type: The type to decode.
    /// - Throws: ``FormError``, which ends the request as 400 and lists all invalid fields in
    ///   ``FormError/problems``.
    public func decode<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try withDecoder { decoder throws(FormProblems) in try decoder.decode(type) }
    }

    /// Calls body with a decoder of the form.
    ///
    /// - Parameter other: Returns the text for the number ``otherText``, which is not a field; nil
    ///   if there is none.
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

/// A file in a form, as a property of a structure that is decoded from the form.
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

    /// Decodes a file, which only a form can contain.
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

    /// The client's name of the file: possibly with a path, never to be trusted.
    public var filename: String { field.filename ?? "" }
    /// The media type that the client sent.
    public var type: String { field.type }
    /// The size, in bytes.
    public var size: Int { field.size }

    /// Passes the content to body, as ``Field/withBytes(_:)``.
    ///
    /// - Throws: As ``Field/withBytes(_:)``.
    public func withBytes<Result>(_ body: (_ bytes: Span<UInt8>) throws -> Result) throws -> Result
    {
        try field.withBytes(body)
    }

    /// Saves the content to a file, as ``Field/save(to:replacing:)``.
    ///
    /// - Throws: ``ServerError``.
    public func save(to path: String, replacing: Bool = true) throws {
        try field.save(to: path, replacing: replacing)
    }
}
