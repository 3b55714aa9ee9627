// SPDX-License-Identifier: Apache-2.0
//
// Importing modules by name, and state passed between versions.

import ModSwift

/// Imports this module by its name and calls a function of it.
func useModules(_ req: Request) throws {
    var tally = Tally()
    let module = try Apache.importModule("app", for: req)
    tally.read(module.path, module.handlers)
    tally.read(try module.call("imported", req))
    if req.options["freeze"] != nil { Apache.freezeModules() }
}

func imported(_ req: Request) {}

func handOver(_ state: ModuleState) throws {
    state["entered"] = entered.load(ordering: .relaxed)
    try state.encode(["a": 1], for: "counts")
}

func takeOver(_ state: ModuleState) throws {
    var tally = Tally()
    tally.read(state["entered"], try state.decode([String: Int].self, for: "counts"))
}

func closeModule(_ state: ModuleState) {}
