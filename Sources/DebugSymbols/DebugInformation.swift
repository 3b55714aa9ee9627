// SPDX-License-Identifier: Apache-2.0

/// A function that contains an address: directly, or as a function inlined into the next one.
package struct SourceFunction: Equatable, Sendable {
    /// The symbol, if there is one; otherwise the name. At -O a failed check of Swift is a separate
    /// function, "Swift runtime failure: Index out of range".
    package let name: String
    /// The instruction's location in this function.
    package let place: SourceLocation?
    /// The location of the function's declaration; nil if it is not known.
    package let declaration: SourceLocation?

    package init(name: String, place: SourceLocation?, declaration: SourceLocation? = nil) {
        self.name = name
        self.place = place
        self.declaration = declaration
    }
}

/// The compiler's debug information about a module's code.
package struct DebugInformation {
    private let information: ByteReader
    private let abbreviations: ByteReader
    private let strings: ByteReader
    private let ranges: ByteReader
    private let lines: ByteReader

    package init(_ image: ELFImage) throws {
        information = try image.section(".debug_info")
        abbreviations = try image.section(".debug_abbrev")
        strings = try image.section(".debug_str")
        ranges = try image.section(".debug_ranges")
        lines = try image.section(".debug_line")
    }

    /// Returns the functions that contain an address, the innermost first; empty if nothing is
    /// known.
    package func functions(at address: UInt64) -> [SourceFunction] {
        var reader = information
        while !reader.isAtEnd {
            let start = reader.position
            guard let length = try? reader.offset(4), let unit = try? reader.part(length) else {
                return []
            }
            // A unit that cannot be read is skipped; the next one may be readable.
            let found = (try? functions(at: address, in: unit, from: start)) ?? []
            if !found.isEmpty { return found }
        }
        return []
    }

    private func functions(
        at address: UInt64, in unit: ByteReader, from start: Int
    ) throws -> [SourceFunction] {
        var reader = unit
        guard 2...4 ~= (try reader.number(2)) else { return [] }
        let table = try Abbreviation.table(abbreviations, at: try reader.offset(4))
        guard try reader.byte() == 8,
            let head = try DebugEntry(&reader, unit: start, table), head.tag == DebugTag.compileUnit
        else { return [] }
        var base: UInt64 = 0
        if case .address(let low) = head.values[DebugAttribute.low] { base = low }
        var chain: [DebugEntry] = []
        while !reader.isAtEnd {
            guard let entry = try DebugEntry(&reader, unit: start, table),
                entry.tag == DebugTag.subprogram || entry.tag == DebugTag.inlinedSubroutine,
                try contains(entry, address, base)
            else { continue }
            chain.append(entry)
        }
        guard !chain.isEmpty else { return [] }
        let lines = try head.number(DebugAttribute.lineTable).map {
            try LineTable(self.lines, at: $0, directory: text(head, DebugAttribute.directory))
        }
        var place = try lines?.place(of: address)
        return try chain.reversed().map { entry in
            // The location of the inlined call is the location in the enclosing function.
            defer { place = lines.flatMap { callPlace(entry, $0) } }
            return SourceFunction(
                name: try name(of: entry, start, table), place: place,
                declaration: lines.flatMap { declaration(entry, $0) })
        }
    }

    private func declaration(_ entry: DebugEntry, _ lines: LineTable) -> SourceLocation? {
        guard let file = entry.number(DebugAttribute.declarationFile),
            let line = entry.number(DebugAttribute.declarationLine), line > 0
        else { return nil }
        return SourceLocation(path: lines.path(file), line: line, column: 1)
    }

    private func callPlace(_ entry: DebugEntry, _ lines: LineTable) -> SourceLocation? {
        guard let line = entry.number(DebugAttribute.callLine) else { return nil }
        return SourceLocation(
            path: lines.path(entry.number(DebugAttribute.callFile) ?? 0), line: line,
            column: entry.number(DebugAttribute.callColumn) ?? 0)
    }

    private func contains(
        _ entry: DebugEntry, _ address: UInt64, _ base: UInt64
    ) throws -> Bool {
        if let offset = entry.number(DebugAttribute.ranges) {
            return try contains(rangesAt: offset, address, base)
        }
        guard case .address(let low) = entry.values[DebugAttribute.low], low <= address else {
            return false
        }
        switch entry.values[DebugAttribute.high] {
        case .address(let high): return address < high
        case .number(let length): return address - low < length
        default: return false
        }
    }

    private func contains(
        rangesAt offset: Int, _ address: UInt64, _ base: UInt64
    ) throws -> Bool {
        var reader = ranges
        try reader.skip(UInt64(offset))
        var base = base
        while true {
            let (low, high) = try (reader.number(8), reader.number(8))
            if low == 0, high == 0 { return false }
            if low == .max {
                base = high
            } else if base &+ low <= address, address < base &+ high {
                return true
            }
        }
    }

    /// Returns the name of a function; for an inlined function it is in another entry.
    private func name(
        of entry: DebugEntry, _ unit: Int, _ table: [UInt64: Abbreviation]
    ) throws -> String {
        var entry = entry
        // The limit ends a cycle of references.
        for _ in 0..<8 {
            for attribute in [DebugAttribute.linkageName, DebugAttribute.name]
            where entry.values[attribute] != nil {
                return try text(entry, attribute)
            }
            let further =
                entry.values[DebugAttribute.origin] ?? entry.values[DebugAttribute.specification]
            guard case .reference(let offset) = further else { break }
            var reader = information
            guard offset >= reader.position, offset < reader.end else { break }
            reader.position = offset
            guard let next = try DebugEntry(&reader, unit: unit, table) else { break }
            entry = next
        }
        return ""
    }

    private func text(_ entry: DebugEntry, _ attribute: UInt64) throws -> String {
        switch entry.values[attribute] {
        case .text(let text): return text
        case .string(let offset):
            var reader = strings
            try reader.skip(UInt64(offset))
            return try reader.text()
        default: return ""
        }
    }
}
