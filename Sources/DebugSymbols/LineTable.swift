// SPDX-License-Identifier: Apache-2.0
//
// DWARF 4, 6.2: maps addresses to source lines.

/// A location in a source.
package struct SourceLocation: Equatable, Sendable {
    package let path: String
    /// The line, from 1; 0 for code that does not correspond to a line of the author's.
    package let line: Int
    package let column: Int

    package init(path: String, line: Int, column: Int) {
        self.path = path
        self.line = line
        self.column = column
    }
}

/// The lines of a compilation unit.
struct LineTable {
    private struct File {
        let name: String
        let directory: Int
    }

    private struct Row {
        var address: UInt64 = 0
        var file = 1
        var line = 1
        var column = 0
    }

    private var program: ByteReader
    private let minimumLength: UInt64
    private let lineBase: Int64
    private let lineRange: UInt8
    private let opcodeBase: UInt8
    private let operands: [UInt8]
    private let directories: [String]
    private var files: [File] = []

    /// Reads the header of a table.
    ///
    /// - Parameter directory: The compiler's working directory; names that do not begin with "/"
    ///   are relative to it.
    init(_ section: ByteReader, at offset: Int, directory: String) throws {
        var reader = section
        try reader.skip(UInt64(offset))
        var unit = try reader.part(try reader.offset(4))
        let version = try unit.number(2)
        guard 2...4 ~= version else { throw MalformedImage() }
        let headLength = try unit.offset(4)
        var head = try unit.part(headLength)
        program = unit
        minimumLength = try head.number(1)
        if version >= 4 { try head.skip(1) }
        try head.skip(1)
        lineBase = Int64(Int8(bitPattern: try head.byte()))
        lineRange = try head.byte()
        opcodeBase = try head.byte()
        guard lineRange > 0, opcodeBase > 0 else { throw MalformedImage() }
        var operands: [UInt8] = [0]
        for _ in 1..<opcodeBase { operands.append(try head.byte()) }
        self.operands = operands
        var directories = [directory]
        while case let name = try head.text(), !name.isEmpty {
            directories.append(name.hasPrefix("/") ? name : "\(directory)/\(name)")
        }
        self.directories = directories
        while case let name = try head.text(), !name.isEmpty {
            let directory = try head.unsigned()
            _ = try (head.unsigned(), head.unsigned())
            files.append(File(name: name, directory: Int(clamping: directory)))
        }
    }

    /// Returns the path of a file; empty if there is none.
    func path(_ file: Int) -> String {
        guard file > 0, file <= files.count else { return "" }
        let file = files[file - 1]
        guard !file.name.hasPrefix("/"), directories.indices.contains(file.directory) else {
            return file.name
        }
        return "\(directories[file.directory])/\(file.name)"
    }

    /// Returns the location that an instruction was compiled from.
    func place(of address: UInt64) throws -> SourceLocation? {
        var reader = program
        var row = Row()
        var before: Row?
        var found: Row?
        /// The instructions of a row extend up to the next row of its sequence.
        func emit(_ row: Row) {
            if let before, before.address <= address, address < row.address { found = before }
            before = row
        }
        while found == nil, !reader.isAtEnd {
            let opcode = try reader.byte()
            switch opcode {
            case 0:
                var operation = try reader.part(Int(clamping: try reader.unsigned()))
                switch try operation.byte() {
                case 1:
                    emit(row)
                    row = Row()
                    before = nil
                case 2: row.address = try operation.number(8)
                default: break
                }
            case 1 where opcode < opcodeBase: emit(row)
            case 2 where opcode < opcodeBase: row.address &+= try reader.unsigned() &* minimumLength
            case 3 where opcode < opcodeBase: row.line = row.line &+ Int(try reader.signed())
            case 4 where opcode < opcodeBase: row.file = Int(clamping: try reader.unsigned())
            case 5 where opcode < opcodeBase: row.column = Int(clamping: try reader.unsigned())
            case 8 where opcode < opcodeBase:
                row.address &+= UInt64((255 - opcodeBase) / lineRange) &* minimumLength
            case 9 where opcode < opcodeBase: row.address &+= try reader.number(2)
            case ..<opcodeBase:
                for _ in 0..<operands[Int(opcode)] { _ = try reader.unsigned() }
            default:
                let step = opcode - opcodeBase
                row.address &+= UInt64(step / lineRange) &* minimumLength
                row.line = row.line &+ Int(lineBase) &+ Int(step % lineRange)
                emit(row)
            }
        }
        return found.map { SourceLocation(path: path($0.file), line: $0.line, column: $0.column) }
    }
}
