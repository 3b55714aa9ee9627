// SPDX-License-Identifier: Apache-2.0

extension Request: ByteOutput {
    // SAFETY: the caller borrows the bytes for this call; httpd copies or sends them within it.
    /// The only function that passes bytes to httpd.
    @inline(__always)
    @safe func write(buffer: UnsafeRawBufferPointer) {
        guard output == .open else { return writeElsewhere(buffer) }
        if let page = stateIfAny?.page { return unsafe page.append(buffer) }
        if unsafe live.write(buffer) {
            bytesQueued &+= buffer.count
        } else {
            endOutput()
        }
    }

    @inline(never)
    @safe private func writeElsewhere(_ buffer: UnsafeRawBufferPointer) {
        let responding = responding
        if responding !== self { return responding.write(buffer: buffer) }
        // Output after the response, or from log handlers, is lost; only the former is a misuse.
        guard unsafe !buffer.isEmpty, !isOver, stateIfAny?.cannotSend != true else { return }
        remember(mistake: "\(buffer.count) bytes were written after the response was complete")
    }
}
