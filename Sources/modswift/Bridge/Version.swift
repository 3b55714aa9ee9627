// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// What this program was built as and with.
enum Version {
    /// As in "0.1.0".
    static let own = unsafe text(msw_version())
    /// As in "6.3.1".
    static let swift = unsafe text(msw_swift_version())

    /// The path of the compiler that servers use unless a directive names another.
    static let compiler = unsafe text(msw_swiftc())

    private static func text(_ text: UnsafePointer<CChar>?) -> String {
        // SAFETY: the helpers give string literals.
        unsafe text.map { unsafe String(cString: $0) } ?? ""
    }
}
