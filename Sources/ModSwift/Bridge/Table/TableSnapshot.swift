// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: names and values keep their addresses as long as the table's pool, which outlives any
// code that keeps an entry; APR moves only the pointers to them, and these are copied here.
/// An entry of a table.
@safe struct TableEntry {
    let name: UnsafePointer<CChar>
    /// NULL if a module created an entry without a value, which reads as empty.
    let value: UnsafePointer<CChar>?

    var texts: (name: String, value: String) {
        (unsafe String(cString: name), unsafe text(value) ?? "")
    }

    /// APR's order of names: the comparison that it uses for its own lookups (N4-07).
    func order(to name: UnsafePointer<CChar>) -> Int32 { unsafe strcasecmp(self.name, name) }

    func isSame(as other: TableEntry) -> Bool {
        guard unsafe order(to: other.name) == 0 else { return false }
        switch unsafe (value, other.value) {
        case (let value?, let other?): return unsafe strcmp(value, other) == 0
        case (let one?, nil), (nil, let one?): return unsafe one.pointee == 0
        case (nil, nil): return true
        }
    }
}

/// The entries of a table at one moment, in order; later changes do not affect them.
struct TableSnapshot {
    private(set) var entries: ContiguousArray<TableEntry> = []

    /// Copies all entries, or those with a name.
    init(_ table: OpaquePointer?, named name: UnsafePointer<CChar>? = nil) {
        guard let array = unsafe table.flatMap({ unsafe apr_table_elts($0) }),
            let start = unsafe array.pointee.elts
        else { return }
        // SAFETY: the elements of a table are apr_table_entry_t, and their number is correct.
        let all = unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(start).assumingMemoryBound(to: apr_table_entry_t.self),
            count: Int(array.pointee.nelts))
        if unsafe name == nil { entries.reserveCapacity(all.count) }
        for index in all.indices {
            guard let key = unsafe all[index].key else { continue }
            let entry = unsafe TableEntry(name: key, value: all[index].val)
            if let name = unsafe name, unsafe entry.order(to: name) != 0 { continue }
            entries.append(entry)
        }
    }

    /// Whether both have the same names with the same values, those of a name in the same order.
    func hasSameFields(as other: TableSnapshot) -> Bool {
        entries.count == other.entries.count
            && zip(sortedByName(), other.sortedByName()).allSatisfy { $0.isSame(as: $1) }
    }

    private func sortedByName() -> [TableEntry] {
        entries.indices.sorted { left, right in
            let order = unsafe entries[left].order(to: entries[right].name)
            return order == 0 ? left < right : order < 0
        }.map { entries[$0] }
    }
}
