// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// A code address in a form that another process can use.
struct CodeAddress: Hashable, Sendable {
    /// Path of the library or program.
    let image: String
    /// The offset from the image's beginning.
    let offset: UInt
    /// Whether it is a return address, after a call, instead of the address of the instruction
    /// itself.
    let isReturn: Bool

    /// Nil if the address does not belong to a file's code.
    init?(_ address: UInt, isReturn: Bool) {
        var info = unsafe Dl_info()
        // SAFETY: dladdr only looks the address up; the name lives as long as the image, for ever.
        guard unsafe dladdr(UnsafeRawPointer(bitPattern: address), &info) != 0,
            let name = unsafe info.dli_fname, let base = unsafe info.dli_fbase
        else { return nil }
        image = unsafe String(cString: name)
        offset = address - UInt(bitPattern: base)
        self.isReturn = isReturn
    }
}
