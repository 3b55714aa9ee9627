// SPDX-License-Identifier: Apache-2.0

/// An ordered list of names and values; names compare without case and may stand several times.
///
/// The tables of a ``Request`` are httpd's own: what is set goes straight to httpd, and what other
/// modules set is seen here. They end with their request.
///
/// ```swift
/// req.headersOut["Cache-Control"] = "no-store"     // replaces
/// req.headersOut.add("Set-Cookie", "a=1")          // appends
/// for (name, value) in req.headersIn { … }         // in order
/// ```
///
/// Repeated names have three readings: ``subscript(_:file:line:)`` gives the first value,
/// ``values(for:)`` all of them, and iteration every field in its order.
///
/// Corresponds to `apache.table` in mod_python; to `apr_table_t`.
public final class Table {
    private let place: String
    private var slot: TableSlot?
    private let own: OwnTable?
    private var owner: (any TableOwner)?

    /// Makes an empty table of its own.
    public init() {
        let own = OwnTable()
        self.own = own
        slot = own.slot
        place = "table"
    }

    init(_ slot: TableSlot, place: String, owner: any TableOwner) {
        self.slot = slot
        self.place = place
        self.owner = owner
        own = nil
    }

    /// Called when the owner ends: from now on every use is a mistake that is told as such.
    func end() {
        slot = nil
        owner = nil
    }

    private var live: TableSlot {
        guard let slot else {
            stop(
                "This table (\(place)) was used after its request had ended. Copy what you need "
                    + "of it while the request is being handled.")
        }
        return slot
    }

    /// The first value with this name; nil where there is none.
    ///
    /// Setting replaces all values with this name; setting nil removes them. A name or value that
    /// holds NUL, CR or LF is refused: it is not set, and the request ends as 500 with the caller's
    /// file and line in the log. ``set(_:to:)`` throws instead.
    ///
    /// - Parameters:
    ///   - name: Compared without case. The case that was set first is kept.
    ///   - file: Where the caller stands, for the log.
    ///   - line: Where the caller stands, for the log.
    ///
    /// Corresponds to `table[key]` in mod_python, `apr_table_get` and `apr_table_set`.
    public subscript(
        name: String, file: StaticString = #fileID, line: UInt = #line
    ) -> String? {
        get { live.first(name) }
        set {
            guard let newValue else { return live.remove(name) }
            if !live.set(name, newValue) { refuse(name, file, line) }
        }
    }

    /// Replaces all values with this name.
    ///
    /// - Throws: ``RefusedValue`` when name or value holds NUL, CR or LF, or the name is empty.
    public func set(_ name: String, to value: String) throws {
        guard live.set(name, value) else { throw RefusedValue(place: place, name: name) }
    }

    /// Appends a value, keeping those with the same name.
    ///
    /// A refused value is handled as by ``subscript(_:file:line:)``.
    ///
    /// Corresponds to `table.add()` in mod_python, `apr_table_add`.
    public func add(
        _ name: String, _ value: String, file: StaticString = #fileID, line: UInt = #line
    ) {
        if !live.add(name, value) { refuse(name, file, line) }
    }

    /// All values with this name, in order.
    public func values(for name: String) -> [String] {
        filter { namesAreEqual($0.name, name) }.map(\.value)
    }

    /// Calls body with the bytes of the first value with this name, without copying them.
    ///
    /// - Parameter body: Gets nil where there is no such value. The bytes are borrowed for the call.
    public func withBytes<Result, Failure: Error>(
        of name: StaticString, _ body: (Span<UInt8>?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try live.withFirst(name, body)
    }

    /// Removes every entry. `apr_table_clear`.
    public func removeAll() { live.removeAll() }

    /// The number of entries, repeated names counted each.
    public var count: Int { live.elements.count }

    /// Whether there are no entries.
    public var isEmpty: Bool { count == 0 }

    private func refuse(_ name: String, _ file: StaticString, _ line: UInt) {
        let mistake = RefusedValue(place: place, name: name)
        guard let owner else {
            stop("\(mistake)", file: file, line: line)
        }
        owner.remember(mistake: "\(mistake)", file: file, line: line)
    }

    fileprivate var elements: TableElements { live.elements }
}

extension Table: Sequence {
    /// The entries in order. The table must not be changed meanwhile.
    public struct Iterator: IteratorProtocol {
        private var elements: TableElements

        fileprivate init(_ elements: TableElements) { self.elements = elements }

        /// The next entry.
        public mutating func next() -> (name: String, value: String)? { elements.nextText() }
    }

    /// Iterates over all entries in order.
    public func makeIterator() -> Iterator { Iterator(elements) }
}

/// Whether two header names are the same: ASCII letters compare without case.
func namesAreEqual(_ left: String, _ right: String) -> Bool {
    let left = left.utf8
    let right = right.utf8
    return left.count == right.count
        && zip(left, right).allSatisfy { lowercase($0) == lowercase($1) }
}

private func lowercase(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
