// SPDX-License-Identifier: Apache-2.0
//
// The parts of an ELF file that map addresses to functions. 64 bits only.

/// A library or program as a file.
package struct ELFImage {
    private let bytes: [UInt8]
    private var sections: [String: Range<Int>] = [:]

    /// Reads the section table.
    ///
    /// - Parameter bytes: The whole file; bytes after the actual ELF file are ignored.
    /// - Throws: ``MalformedImage`` if it is not a 64-bit ELF file.
    package init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { throw MalformedImage() }
        var header = try ByteReader(bytes, 0..<min(64, bytes.count))
        header.position = 0x28
        let table = try header.offset(8)
        header.position = 0x3a
        let size = try header.offset(2)
        let count = try header.offset(2)
        let names = try header.offset(2)
        func section(_ index: Int) throws -> (name: Int, range: Range<Int>) {
            guard size >= 0x40, index < count, table <= bytes.count - size * count else {
                throw MalformedImage()
            }
            let start = table + index * size
            var entry = try ByteReader(bytes, start..<start + size)
            let name = try entry.offset(4)
            let type = try entry.number(4)
            entry.position = start + 0x18
            let offset = try entry.offset(8)
            let length = try entry.offset(8)
            // NOBITS: the section has no bytes in the file.
            guard type != 8, offset <= bytes.count, length <= bytes.count - offset else {
                return (name, 0..<0)
            }
            return (name, offset..<offset + length)
        }
        let texts = try section(names).range
        for index in 0..<count {
            let (name, range) = try section(index)
            var reader = try ByteReader(bytes, texts)
            try reader.skip(UInt64(name))
            sections[try reader.text()] = range
        }
    }

    /// Returns a reader for a section's bytes; empty if there is none.
    func section(_ name: String) throws -> ByteReader {
        try ByteReader(bytes, sections[name] ?? 0..<0)
    }

    /// Returns a section's bytes; empty if there is none.
    package func contents(_ name: String) -> ArraySlice<UInt8> {
        bytes[sections[name] ?? 0..<0]
    }

    /// Returns the symbol of the function that contains an address; nil if none is known.
    package func symbol(at address: UInt64) -> String? {
        (try? symbol(at: address, in: ".symtab", names: ".strtab"))
            ?? (try? symbol(at: address, in: ".dynsym", names: ".dynstr"))
    }

    /// - Throws: ``MalformedImage``, also if there is no such symbol.
    private func symbol(at address: UInt64, in table: String, names: String) throws -> String {
        var reader = try section(table)
        while !reader.isAtEnd {
            let name = try reader.number(4)
            let isFunction = try reader.byte() & 0xf == 2
            try reader.skip(3)
            let start = try reader.number(8)
            let size = try reader.number(8)
            guard isFunction, start <= address, address - start < size else { continue }
            var texts = try section(names)
            try texts.skip(name)
            return try texts.text()
        }
        throw MalformedImage()
    }
}
