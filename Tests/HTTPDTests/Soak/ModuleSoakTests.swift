// SPDX-License-Identifier: Apache-2.0
//
// A module that many others import, edited repeatedly under load: make soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(30)))
struct ModuleSoakTests {
    @Test(arguments: MPM.allCases, ["On", "Off"])
    func twentyEditsOfASharedModule(mpm: MPM, debug: String) throws {
        try ModuleSite.with(
            ModuleSite.phases, handlers: ["a"], mpm: mpm,
            directives: "SwiftFixupHandler first\nSwiftDebug \(debug)", children: 4
        ) { server throws in
            try server.expectOneVersionUnderLoad(edits: 20, connections: 16)
        }
    }
}
