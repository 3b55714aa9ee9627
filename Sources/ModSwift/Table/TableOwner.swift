// SPDX-License-Identifier: Apache-2.0

/// The object that a table belongs to, which records values that the table has rejected.
protocol TableOwner: AnyObject {
    func remember(mistake text: String, file: StaticString, line: UInt)
}

extension Request: TableOwner {}
