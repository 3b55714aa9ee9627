// SPDX-License-Identifier: Apache-2.0
// Sources: ImportScanning
//
// The import scanner accepts any bytes, and every import that it finds is at the reported position.

/// One input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let source = Array(UnsafeBufferPointer(start: start, count: count))
    var lines: [[UInt8]] = [[]]
    for (index, byte) in source.enumerated() {
        if byte == 10, index > 0, source[index - 1] == 13 { continue }
        if byte == 10 || byte == 13 {
            lines.append([])
        } else {
            lines[lines.count - 1].append(byte)
        }
    }
    if source.starts(with: [0xEF, 0xBB, 0xBF]) { lines[0].removeFirst(3) }
    var last = (line: 0, column: 0)
    for found in ImportDeclaration.all(in: source) {
        guard found.line <= lines.count else { fatalError("line \(found.line)") }
        let text = lines[found.line - 1].dropFirst(found.column - 1)
        let name = String(decoding: text.prefix(found.module.utf8.count), as: UTF8.self)
        let isValid = String(validating: text, as: UTF8.self) != nil
        guard name == found.module || !isValid else { fatalError("\(found), and there is \(name)") }
        guard (found.line, found.column) > last else { fatalError("\(found) comes twice") }
        last = (found.line, found.column)
    }
    return 0
}
