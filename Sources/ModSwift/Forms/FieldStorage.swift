// SPDX-License-Identifier: Apache-2.0

/// The fields of a form: those of the query first, then those of the body, in the order in which they
/// came.
///
/// ```swift
/// let form = try req.form()
/// let name = form.getFirst("name") ?? "nobody"
/// for tag in form.getList("tag") { req.write("\(tag)\n") }
/// ```
///
/// Made by ``Request/form(keepBlankValues:limits:fileSink:fieldSink:)``, once for each request.
///
/// Corresponds to `util.FieldStorage` in mod_python.
public final class FieldStorage: Sequence {
    private(set) var fields: [Field]
    /// How many of them came with the query.
    private(set) var queryCount: Int
    let limits: FormLimits

    init(_ fields: [Field], queryCount: Int, limits: FormLimits) {
        self.fields = fields
        self.queryCount = queryCount
        self.limits = limits
    }

    /// The first field of a name; nil where there is none.
    ///
    /// Corresponds to `form[name]` and `form.get(name)` in mod_python.
    public subscript(name: String) -> Field? { index(of: name).map { fields[$0] } }

    /// The value of the first field of a name; nil where there is none. Files are not looked at.
    ///
    /// Corresponds to `form.getfirst()` in mod_python.
    public func getFirst(_ name: String) -> String? {
        var index = index(of: name)
        while let found = index {
            let field = fields[found]
            if !field.isFile { return field.value }
            index = self.index(of: name, from: found + 1)
        }
        return nil
    }

    /// The values of all fields of a name, in order. Files are left out.
    ///
    /// Corresponds to `form.getlist()` in mod_python.
    public func getList(_ name: String) -> [String] {
        fields(named: name).filter { !$0.isFile }.map(\.value)
    }

    /// All fields of a name, files among them, in order.
    public func fields(named name: String) -> [Field] {
        var found: [Field] = []
        var index = index(of: name)
        while let next = index {
            found.append(fields[next])
            index = self.index(of: name, from: next + 1)
        }
        return found
    }

    /// Lends the content of the first field of a name; nil where there is none. The shortest way to it.
    ///
    /// - Parameter body: Gets the bytes, for the call.
    /// - Throws: As ``Field/withBytes(_:)``.
    public func withBytes<Result>(
        of name: String, _ body: (_ bytes: Span<UInt8>) throws -> Result
    ) throws -> Result? {
        guard let index = index(of: name) else { return nil }
        return try fields[index].withBytes(body)
    }

    /// Whether there is a field of a name.
    public func contains(_ name: String) -> Bool { index(of: name) != nil }

    /// The names, each once, in the order in which they came first.
    public var keys: [String] {
        var seen: Set<String> = []
        return fields.map(\.name).filter { seen.insert($0).inserted }
    }

    /// The number of fields.
    public var count: Int { fields.count }

    /// Whether there are no fields.
    public var isEmpty: Bool { fields.isEmpty }

    /// Adds a field at the end.
    ///
    /// Corresponds to `form.add_field()` in mod_python.
    public func add(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    /// Replaces all fields of a name with one at the end.
    ///
    /// Corresponds to `form[name] = value` in mod_python.
    public func set(_ name: String, to value: String) {
        remove(name)
        add(name, value)
    }

    /// Removes all fields of a name.
    ///
    /// Corresponds to `del form[name]` in mod_python.
    public func remove(_ name: String) {
        while let index = index(of: name) {
            fields.remove(at: index)
            if index < queryCount { queryCount -= 1 }
        }
    }

    /// Removes all fields.
    ///
    /// Corresponds to `form.clear()` in mod_python.
    public func removeAll() {
        fields = []
        queryCount = 0
    }

    /// Goes through the fields.
    public struct Iterator: IteratorProtocol {
        fileprivate var fields: IndexingIterator<[Field]>

        /// The next field; nil after the last.
        public mutating func next() -> Field? { fields.next() }
    }

    /// Goes through the fields, in order.
    public func makeIterator() -> Iterator { Iterator(fields: fields.makeIterator()) }
}
