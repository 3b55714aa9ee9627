// SPDX-License-Identifier: Apache-2.0

extension Request: ByteOutput {
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
