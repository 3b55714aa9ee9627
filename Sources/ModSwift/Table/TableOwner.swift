// SPDX-License-Identifier: Apache-2.0

/// What a table belongs to, and who hears of a value that the table would not take.
protocol TableOwner: AnyObject {
    func remember(mistake text: String, file: StaticString, line: UInt)
}

extension Request: TableOwner {}
