// SPDX-License-Identifier: Apache-2.0

/// Whether two header names are the same: ASCII letters compare without case.
func namesAreEqual(_ left: String, _ right: String) -> Bool {
    let left = left.utf8
    let right = right.utf8
    return left.count == right.count
        && zip(left, right).allSatisfy { lowercase($0) == lowercase($1) }
}

func lowercase(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
