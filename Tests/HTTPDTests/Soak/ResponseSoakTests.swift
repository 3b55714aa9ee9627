// SPDX-License-Identifier: Apache-2.0
//
// The whole table of responses; `make test` runs a sample of it.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil),
    .timeLimit(.minutes(30)))
struct ResponseSoakTests {
    @Test func thereIsOneResponseInEveryCell() throws {
        #expect(ResponseTableCell.all.count == 5 * 14 * 4 * 5)
        try ResponseTable.check(ResponseTableCell.all)
    }
}
