// SPDX-License-Identifier: Apache-2.0

import ModSwift

/// The tables of a request and of its connection.
func tables(of req: Request) -> [Table] {
    [
        req.headersIn, req.headersOut, req.errHeadersOut, req.subprocessEnv, req.notes,
        req.trailersIn, req.trailersOut, req.connection.notes,
    ]
}

extension Tally {
    mutating func readAll(of table: Table, named name: String) {
        read(table.count, table.isEmpty, table[name], table.values(for: name))
        read(table.contains(name), table.keys, table.values, table.description)
        table.withBytes(of: "Host") { read($0?.count) }
        table.withBytes(of: name) { read($0?.count) }
        table.forEachValue(of: "Cookie") { read($0.count) }
        table.forEachField { read($0.count, $1.count) }
        for (name, value) in table { read(name, value) }
        if let name = table.keys.last { read(table[name], table.values(for: name)) }
        read(table == table.copy())
    }
}

/// Changes tables of its own, and the notes of a request and of its connection, which mean nothing
/// to httpd.
func changeTables(_ req: Request) {
    let own: Table = ["X-Every": "0", "x-every": "1"]
    var tally = Tally()
    for table in [own, Table(), Table([("a", "b")]), req.notes, req.connection.notes] {
        table["X-Every"] = "1"
        table.add("x-every", "2")
        table.setDefault("X-Default", "1")
        changeBytes(of: table, &tally)
        tally.attempt { try table.set("X-Split", to: "a\r\nb") }
        table["X-Gone"] = "1"
        table["X-Gone"] = nil
        tally.readAll(of: table, named: "X-EVERY")
    }
    // Names and values that the client sent.
    for (name, value) in req.headersIn.prefix(16) {
        tally.attempt { try own.set(name, to: value) }
        tally.attempt { try req.notes.set(value, to: name) }
    }
    own.update(req.headersIn)
    own.update([("a", "1"), ("A", "2")])
    own.add(contentsOf: req.headersIn)
    tally.read(own.popItem()?.name)
    tally.readAll(of: own, named: req.uri)
    own.removeAll()
}

private func changeBytes(of table: Table, _ tally: inout Tally) {
    let bytes: [UInt8] = [97, 255, 98]
    tally.attempt { try table.set("X-Text", to: "3") }
    tally.attempt { try table.set("X-Bytes", bytes: bytes) }
    tally.attempt { try table.set("X-Bytes", bytes: bytes.span) }
    tally.attempt { try table.set("X-Bytes", bytes: bytes.span.bytes) }
    tally.attempt { try table.set("X-Bytes", bytes: "literal" as StaticString) }
    tally.attempt { try table.set("X-\(bytes.count)", bytes: bytes.span.bytes) }
    table.add("X-Bytes", bytes: bytes)
    table.add("X-Bytes", bytes: bytes.span)
    table.add("X-Bytes", bytes: bytes.span.bytes)
    table.add("X-Bytes", bytes: "literal" as StaticString)
    table.add("X-\(bytes.count)", bytes: bytes.span.bytes)
}
