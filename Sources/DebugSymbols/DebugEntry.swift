// SPDX-License-Identifier: Apache-2.0
//
// DWARF 4, 7.5: the encoding of the entries in .debug_info. The builder makes the compiler write
// this version; units with other versions are skipped.

/// DW_TAG_… of the entries that are used.
enum DebugTag {
    static let compileUnit: UInt64 = 0x11
    static let inlinedSubroutine: UInt64 = 0x1d
    static let subprogram: UInt64 = 0x2e
}

/// DW_AT_… of the attributes that are used.
enum DebugAttribute {
    static let name: UInt64 = 0x03
    static let lineTable: UInt64 = 0x10
    static let low: UInt64 = 0x11
    static let high: UInt64 = 0x12
    static let directory: UInt64 = 0x1b
    static let origin: UInt64 = 0x31
    static let declarationFile: UInt64 = 0x3a
    static let declarationLine: UInt64 = 0x3b
    static let specification: UInt64 = 0x47
    static let ranges: UInt64 = 0x55
    static let callColumn: UInt64 = 0x57
    static let callFile: UInt64 = 0x58
    static let callLine: UInt64 = 0x59
    static let linkageName: UInt64 = 0x6e
}

/// An attribute's value.
enum DebugValue {
    case address(UInt64)
    case number(UInt64)
    /// In .debug_info.
    case reference(Int)
    /// In .debug_str.
    case string(Int)
    case text(String)
    case other
}

/// The encoding of entries of one kind.
struct Abbreviation {
    let tag: UInt64
    let hasChildren: Bool
    let attributes: [(name: UInt64, form: UInt64)]

    /// Reads the table at an offset of .debug_abbrev, by code.
    static func table(_ section: ByteReader, at offset: Int) throws -> [UInt64: Abbreviation] {
        var reader = section
        try reader.skip(UInt64(offset))
        var table: [UInt64: Abbreviation] = [:]
        while case let code = try reader.unsigned(), code != 0 {
            let tag = try reader.unsigned()
            let hasChildren = try reader.byte() != 0
            var attributes: [(name: UInt64, form: UInt64)] = []
            while case let pair = try (name: reader.unsigned(), form: reader.unsigned()),
                pair != (0, 0)
            {
                attributes.append(pair)
            }
            table[code] = Abbreviation(tag: tag, hasChildren: hasChildren, attributes: attributes)
        }
        return table
    }
}

/// One entry: its kind, and the attributes that are used.
struct DebugEntry {
    let tag: UInt64
    let hasChildren: Bool
    private(set) var values: [UInt64: DebugValue] = [:]

    /// Reads an entry; nil for the mark after the last of several siblings.
    ///
    /// - Parameter unit: The start of the unit: its references are relative to it.
    init?(
        _ reader: inout ByteReader, unit: Int, _ abbreviations: [UInt64: Abbreviation]
    ) throws {
        let code = try reader.unsigned()
        guard code != 0 else { return nil }
        guard let abbreviation = abbreviations[code] else { throw MalformedImage() }
        tag = abbreviation.tag
        hasChildren = abbreviation.hasChildren
        for (name, form) in abbreviation.attributes {
            values[name] = try Self.value(&reader, form, unit)
        }
    }

    /// Returns an attribute that is a number.
    func number(_ name: UInt64) -> Int? {
        guard case .number(let value) = values[name] else { return nil }
        return Int(clamping: value)
    }

    private static func value(
        _ reader: inout ByteReader, _ form: UInt64, _ unit: Int
    ) throws -> DebugValue {
        switch form {
        case 0x01: return .address(try reader.number(8))
        case 0x03: try reader.skip(try reader.number(2))
        case 0x04: try reader.skip(try reader.number(4))
        case 0x05: return .number(try reader.number(2))
        case 0x06, 0x17: return .number(try reader.number(4))
        case 0x07: return .number(try reader.number(8))
        case 0x08: return .text(try reader.text())
        case 0x09, 0x18: try reader.skip(try reader.unsigned())
        case 0x0a: try reader.skip(try reader.number(1))
        case 0x0b, 0x0c: return .number(try reader.number(1))
        case 0x0d: return .number(UInt64(bitPattern: try reader.signed()))
        case 0x0e: return .string(try reader.offset(4))
        case 0x0f: return .number(try reader.unsigned())
        case 0x10: return .reference(try reader.offset(4))
        case 0x11: return .reference(unit + Int(try reader.number(1)))
        case 0x12: return .reference(unit + Int(try reader.number(2)))
        case 0x13: return .reference(unit + Int(try reader.number(4)))
        case 0x15: return .reference(unit &+ Int(clamping: try reader.unsigned()))
        case 0x19: return .number(1)
        case 0x14, 0x20: try reader.skip(8)
        default: throw MalformedImage()
        }
        return .other
    }
}
