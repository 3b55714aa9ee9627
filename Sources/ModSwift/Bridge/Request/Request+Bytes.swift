// SPDX-License-Identifier: Apache-2.0

extension Request: ByteOutput {
    // SAFETY: the caller borrows the bytes for this call; httpd copies or sends them within it.
    /// The one way of bytes to httpd.
    @inline(__always)
    @safe func write(buffer: UnsafeRawBufferPointer) {
        if isOver { return }
        if let extras = existingExtras {
            if extras.hasClientGone { return }
            if let page = extras.page { return unsafe page.append(buffer) }
        }
        if unsafe live.write(buffer) {
            bytesQueued &+= buffer.count
        } else {
            extras.hasClientGone = true
        }
    }
}
