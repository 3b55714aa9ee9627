// SPDX-License-Identifier: Apache-2.0
//
// What table-instructions counts: each handler does one thing a hundred times. The same in C is
// Benchmarks/mod_table_c.

import ModSwift

private let rounds = 100

/// What all of them do, and `none` does only this.
private func answer(_ req: Request, _ work: (Table) throws -> Int) rethrows {
    let notes = req.notes
    notes["X-Value"] = "a short value"
    let sum = try work(notes)
    req.contentType = "text/plain"
    req.write("\(sum)\n")
}

func none(_ req: Request) {
    answer(req) { _ in 0 }
}

func getString(_ req: Request) {
    answer(req) { notes in
        var sum = 0
        for _ in 0..<rounds { sum += notes["X-Value"]?.utf8.count ?? 0 }
        return sum
    }
}

func getBytes(_ req: Request) {
    answer(req) { notes in
        var sum = 0
        for _ in 0..<rounds { sum += notes.withBytes(of: "X-Value") { $0?.count ?? 0 } }
        return sum
    }
}

func setString(_ req: Request) {
    answer(req) { notes in
        for _ in 0..<rounds { notes["X-Value"] = "another value" }
        return 0
    }
}

func setBytes(_ req: Request) throws {
    let value = Array("another value".utf8)
    try answer(req) { notes in
        let bytes = value.span.bytes
        for _ in 0..<rounds { try notes.set("X-Value", bytes: bytes) }
        return 0
    }
}

func uri(_ req: Request) {
    answer(req) { _ in
        var sum = 0
        for _ in 0..<rounds { sum += req.uri.utf8.count }
        return sum
    }
}
