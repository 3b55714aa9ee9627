// SPDX-License-Identifier: Apache-2.0

/// An ordered list of names and values; names are case-insensitive and may be repeated.
///
/// The tables of a ``Request`` are httpd's own: a value that is set is set in httpd, and values set
/// by other modules are visible here. They are valid until their request ends: later use stops the
/// process with a message that explains the misuse. ``copy()`` returns an independent table.
///
/// ```swift
/// req.headersOut["Cache-Control"] = "no-store"     // replaces
/// req.headersOut.add("Set-Cookie", "a=1")          // appends
/// for (name, value) in req.headersIn { … }         // in order
/// ```
///
/// There are three ways to read repeated names: ``subscript(_:file:line:)`` returns the first
/// value, ``values(for:)`` all of them, and iteration every field in its order.
///
/// All functions compare names in the same way: ASCII letters case-insensitively, everything else
/// byte by byte (N4-07).
///
/// Corresponds to `apache.table` in mod_python; to `apr_table_t`.
public final class Table {
    let place: String
    private var slot: TableSlot?
    private let own: StandaloneTable?
    private(set) var owner: (any TableOwner)?
    /// Whether it contains the headers of a response; see Table+Response.swift.
    let isOfResponse: Bool

    /// Creates an empty table that belongs to no request.
    ///
    /// Corresponds to `apache.table()` in mod_python; to `apr_table_make`.
    public convenience init() { self.init(StandaloneTable()) }

    init(_ own: StandaloneTable) {
        self.own = own
        slot = own.slot
        place = "table"
        isOfResponse = false
    }

    init(_ slot: TableSlot, place: String, owner: any TableOwner) {
        self.slot = slot
        self.place = place
        self.owner = owner
        isOfResponse = place == "headersOut" || place == "errHeadersOut"
        own = nil
    }

    /// Called when the owner ends: every later use is a misuse that stops the process with a
    /// message.
    func end() {
        slot = nil
        owner = nil
    }

    @inline(__always)
    var live: TableSlot {
        guard let slot else { stopAfterEnd() }
        return slot
    }

    @inline(never)
    private func stopAfterEnd() -> Never {
        stop(
            "This table (\(place)) was used after its request had ended. Copy what you need "
                + "of it while the request is being handled.")
    }

    /// The first value with this name; nil if there is none.
    ///
    /// Setting replaces all values with this name; setting nil removes them. A name or value that
    /// contains NUL, CR or LF, and an empty name, are rejected: nothing is set, and the request
    /// ends as 500 with the caller's file and line in the log. For a table that belongs to no
    /// request, the misuse is only logged. ``set(_:to:)`` throws instead.
    ///
    /// - Parameters:
    ///   - name: Case-insensitive. The case that was set first is kept.
    ///   - file: The caller's file, for the log.
    ///   - line: The caller's line, for the log.
    ///
    /// Corresponds to `table.get(key)` and `table[key] = value` in mod_python; to `apr_table_get`
    /// and `apr_table_set`.
    public subscript(
        name: String, file: StaticString = #fileID, line: UInt = #line
    ) -> String? {
        get { live.first(name) }
        set {
            if let reason = reasonToRefuse(name, count: name.utf8.count, newValue) {
                return refuse(name, reason, file, line)
            }
            guard let newValue else { return live.remove(name) }
            if !live.set(name, newValue) { refuse(name, nil, file, line) }
        }
    }

    /// Replaces all values with this name.
    ///
    /// - Throws: ``RefusedValue`` if name or value contains NUL, CR or LF, or the name is empty.
    ///
    /// Corresponds to `table[key] = value` in mod_python; to `apr_table_set`.
    public func set(_ name: String, to value: String) throws {
        if let reason = reasonToRefuse(name, count: name.utf8.count, value) {
            throw RefusedValue(place: place, name: name, reason: reason)
        }
        guard live.set(name, value) else { throw RefusedValue(place: place, name: name) }
    }

    /// Appends a value, keeping those with the same name.
    ///
    /// A rejected value is handled as by ``subscript(_:file:line:)``.
    ///
    /// Corresponds to `table.add()` in mod_python; to `apr_table_add`.
    public func add(
        _ name: String, _ value: String, file: StaticString = #fileID, line: UInt = #line
    ) {
        if let reason = reasonToRefuse(name, count: name.utf8.count, value, adds: true) {
            return refuse(name, reason, file, line)
        }
        if !live.add(name, value) { refuse(name, nil, file, line) }
    }

    /// All values with this name, in order.
    ///
    /// Corresponds to `table[key]` with several values in mod_python.
    public func values(for name: String) -> [String] {
        live.elements(named: name).entries.map(\.texts.value)
    }

    /// Whether there is a value with this name.
    ///
    /// Corresponds to `key in table` and `table.has_key(key)` in mod_python.
    public func contains(_ name: String) -> Bool { live.contains(name) }

    /// Removes every entry.
    ///
    /// Corresponds to `table.clear()` in mod_python; to `apr_table_clear`.
    public func removeAll() { live.removeAll() }

    /// The number of entries, counting repeated names individually.
    ///
    /// Corresponds to `len(table)` in mod_python.
    public var count: Int { live.count }

    /// Whether there are no entries.
    public var isEmpty: Bool { count == 0 }

    /// Reports a value that was not set: to the request, or to the log if there is none.
    ///
    /// - Parameter reason: The reason; nil if the value contains characters that a header must not
    ///   contain.
    func refuse(_ name: String, _ reason: String?, _ file: StaticString, _ line: UInt) {
        let text = "\(RefusedValue(place: place, name: name, reason: reason))"
        if let owner { return owner.remember(mistake: text, file: file, line: line) }
        let failure = HandlerFailure.mistake(.init(text: text, file: file, line: line))
        logWithoutRequest(failure.logMessage(), level: failure.level)
    }
}
