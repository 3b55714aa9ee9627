// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// The fields of a form: those of the query first, then those of the body, in the order in which
/// they were sent.
///
/// ```swift
/// let form = try req.form()
/// let name = form.getFirst("name") ?? "nobody"
/// for tag in form.getList("tag") { req.write("\(tag)\n") }
/// ```
///
/// Created by ``Request/form(keepBlankValues:limits:fileSink:fieldSink:)``, once for each request.
///
/// Corresponds to `util.FieldStorage` in mod_python.
public final class FieldStorage: Sequence {
    /// The bytes of all names and values; existing bytes never change.
    let buffer: FieldBuffer
    private var entries: [FieldEntry]
    /// The part of each entry; empty if none is a part.
    private var parts: [Field.Part?]
    /// The number of fields from the query.
    private(set) var queryCount: Int
    let limits: FormLimits

    init(
        _ buffer: FieldBuffer, _ entries: [FieldEntry], parts: [Field.Part?], queryCount: Int,
        limits: FormLimits
    ) {
        self.buffer = buffer
        self.entries = entries
        self.parts = parts
        self.queryCount = queryCount
        self.limits = limits
    }

    /// Whether an author's object was written to, which ends with the form.
    var hasSinks: Bool { parts.contains { $0?.sink != nil } }

    /// Returns a field by its number.
    func field(_ index: Int) -> Field { Field(buffer, entries[index], part: part(index)) }

    private func part(_ index: Int) -> Field.Part? { parts.isEmpty ? nil : parts[index] }

    private func isFile(_ index: Int) -> Bool { part(index)?.header.isFile == true }

    /// Returns the first field, from a number on, that has a name; nil if there is none.
    private func index(of name: String, from start: Int = 0) -> Int? {
        buffer.index(of: name, in: entries, from: start)
    }

    /// The first field of a name; nil if there is none.
    ///
    /// Corresponds to `form[name]` and `form.get(name)` in mod_python.
    public subscript(name: String) -> Field? { index(of: name).map(field) }

    /// Returns the value of the first field of a name; nil if there is none. Files are ignored.
    ///
    /// Corresponds to `form.getfirst()` in mod_python.
    public func getFirst(_ name: String) -> String? {
        var index = index(of: name)
        // A fast path for most forms.
        if parts.isEmpty { return index.map { buffer.text(entries[$0].value) } }
        while let found = index {
            if !isFile(found) { return value(found) }
            index = self.index(of: name, from: found + 1)
        }
        return nil
    }

    /// Returns the values of all fields of a name, in order. Files are ignored.
    ///
    /// Corresponds to `form.getlist()` in mod_python.
    public func getList(_ name: String) -> [String] {
        fields(named: name).filter { !$0.isFile }.map(\.value)
    }

    /// Returns all fields of a name, including files, in order.
    public func fields(named name: String) -> [Field] {
        var found: [Field] = []
        var index = index(of: name)
        while let next = index {
            found.append(field(next))
            index = self.index(of: name, from: next + 1)
        }
        return found
    }

    /// Passes the content of the first field of a name to body; nil if there is none. The fastest
    /// access to it.
    ///
    /// - Parameter body: Called with the bytes, which are borrowed for the call.
    /// - Throws: As ``Field/withBytes(_:)``.
    public func withBytes<Result>(
        of name: String, _ body: (_ bytes: Span<UInt8>) throws -> Result
    ) throws -> Result? {
        guard let index = index(of: name) else { return nil }
        if let upload = part(index)?.upload { return try upload.withBytes(body) }
        return try buffer.withBytes(entries[index].value, body)
    }

    /// Whether there is a field of a name.
    public func contains(_ name: String) -> Bool { index(of: name) != nil }

    /// The names, without repetitions, in the order of their first occurrence.
    public var keys: [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// The number of fields.
    public var count: Int { entries.count }

    /// Whether there are no fields.
    public var isEmpty: Bool { entries.isEmpty }

    /// Adds a field at the end.
    ///
    /// Corresponds to `form.add_field()` in mod_python.
    public func add(_ name: String, _ value: String) {
        entries.append(buffer.append(name, value))
        if !parts.isEmpty { parts.append(nil) }
    }

    /// Replaces all fields of a name by one at the end.
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
            entries.remove(at: index)
            if !parts.isEmpty { parts.remove(at: index) }
            if index < queryCount { queryCount -= 1 }
        }
    }

    /// Removes all fields.
    ///
    /// Corresponds to `form.clear()` in mod_python.
    public func removeAll() {
        entries = []
        parts = []
        queryCount = 0
    }

    /// An iterator over the fields.
    public struct Iterator: IteratorProtocol {
        fileprivate let buffer: FieldBuffer
        fileprivate let entries: [FieldEntry]
        fileprivate let parts: [Field.Part?]
        private var index = 0

        fileprivate init(_ buffer: FieldBuffer, _ entries: [FieldEntry], _ parts: [Field.Part?]) {
            self.buffer = buffer
            self.entries = entries
            self.parts = parts
        }

        /// Returns the next field; nil after the last.
        public mutating func next() -> Field? {
            guard index < entries.count else { return nil }
            defer { index += 1 }
            return Field(buffer, entries[index], part: parts.isEmpty ? nil : parts[index])
        }
    }

    /// Returns an iterator over the fields, in order.
    public func makeIterator() -> Iterator { Iterator(buffer, entries, parts) }

    /// The names of all fields, in order.
    var names: [String] { entries.map { buffer.text($0.name) } }

    private func value(_ index: Int) -> String {
        part(index)?.upload == nil ? buffer.text(entries[index].value) : field(index).value
    }

    /// Copies the fields of the body, appending them to those of another request's form.
    func copyBody(to other: inout FormReader) {
        for index in entries.indices.dropFirst(queryCount) {
            other.add(copyOf: entries[index], of: buffer, part(index))
        }
    }
}
