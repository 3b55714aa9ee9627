// SPDX-License-Identifier: Apache-2.0
//
// Forms in Swift, as Benchmarks/mod_forms_c/mod_forms_c.c has them in C. The query says what to do.

import ModSwift

private let names = (0..<20).map { "field_\($0)" }

func handler(_ req: Request) throws -> String {
    switch req.args?.first {
    case "s":
        let form = try req.form()
        return "\(names.reduce(0) { $0 + (form.getFirst($1)?.utf8.count ?? 0) })\n"
    case "b":
        let form = try req.form()
        var size = 0
        for name in names { try form.withBytes(of: name) { size += $0.count } }
        return "\(size)\n"
    case "u": return "\(try req.form()["f"]?.size ?? 0)\n"
    default: return "0\n"
    }
}
