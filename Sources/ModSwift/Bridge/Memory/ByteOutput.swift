// SPDX-License-Identifier: Apache-2.0

/// An object that accepts output: a request, a filter, a connection.
protocol ByteOutput {
    /// The only function that accepts bytes; they are borrowed for the call, and copied or sent
    /// within it.
    @safe func write(buffer: UnsafeRawBufferPointer)
}

extension ByteOutput {
    /// Writes text as UTF-8, without copying it where it is UTF-8 in memory.
    @inline(__always)
    func write(utf8 text: String) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe text.withBorrowedUTF8 { bytes in write(buffer: UnsafeRawBufferPointer(bytes)) }
    }

    /// Writes the bytes of an array.
    @inline(__always)
    func write(array bytes: [UInt8]) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe bytes.withUnsafeBytes { bytes in write(buffer: bytes) }
    }

    /// Writes bytes that may be contiguous in memory.
    func write(sequence bytes: some Sequence<UInt8>) {
        // SAFETY: the bytes are borrowed for the call.
        let isWritten: Void? = bytes.withContiguousStorageIfAvailable { bytes in
            write(buffer: UnsafeRawBufferPointer(bytes))
        }
        if isWritten == nil { write(array: Array(bytes)) }
    }

    /// Writes bytes of any owner.
    func write(borrowed bytes: borrowing RawSpan) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe bytes.withUnsafeBytes { bytes in write(buffer: bytes) }
    }

    /// Writes bytes of any owner.
    func write(borrowed bytes: borrowing Span<UInt8>) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe bytes.withUnsafeBytes { bytes in write(buffer: bytes) }
    }
}
