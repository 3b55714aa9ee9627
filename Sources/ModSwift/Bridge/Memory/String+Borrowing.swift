// SPDX-License-Identifier: Apache-2.0

extension String {
    /// Calls body with the bytes in UTF-8 without counting a reference to the text, as `withUTF8`
    /// does.
    @inline(__always)
    func withBorrowedUTF8<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        // SAFETY: the bytes are borrowed for the call.
        if let result = try unsafe utf8.withContiguousStorageIfAvailable(body) { return result }
        return try unsafe withCopiedUTF8(body)
    }

    /// Never reached for native Swift strings.
    @inline(never)
    private func withCopiedUTF8<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        var copy = self
        return try copy.withUTF8(body)
    }
}
