// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Text, as it lies in memory where it does so as UTF-8.
    @inline(__always)
    func write(utf8 text: String) {
        var text = text
        // SAFETY: the bytes are borrowed for the call.
        text.withUTF8 { bytes in
            write(buffer: UnsafeRawBufferPointer(bytes))
        }
    }

    /// Bytes of an array.
    func write(array bytes: [UInt8]) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe bytes.withUnsafeBytes { bytes in write(buffer: bytes) }
    }

    /// Bytes that may lie somewhere in one piece.
    func write(sequence bytes: some Sequence<UInt8>) {
        // SAFETY: the bytes are borrowed for the call.
        let isWritten: Void? = bytes.withContiguousStorageIfAvailable { bytes in
            write(buffer: UnsafeRawBufferPointer(bytes))
        }
        if isWritten == nil { write(array: Array(bytes)) }
    }

    /// Bytes of any owner.
    func write(borrowed bytes: borrowing RawSpan) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe bytes.withUnsafeBytes { bytes in write(buffer: bytes) }
    }

    /// Bytes of any owner.
    func write(borrowed bytes: borrowing Span<UInt8>) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe bytes.withUnsafeBytes { bytes in write(buffer: bytes) }
    }

    // SAFETY: the caller borrows the bytes for this call; httpd copies or sends them within it.
    /// The one way of bytes to httpd.
    @inline(__always)
    @safe func write(buffer: UnsafeRawBufferPointer) {
        if isOver || existingExtras?.hasClientGone == true { return }
        if unsafe live.write(buffer) {
            bytesQueued &+= buffer.count
        } else {
            extras.hasClientGone = true
        }
    }
}
