// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// The versions of this program and of the Swift that it was built with.
enum Version {
    /// The version, as in "0.1.0".
    static let own = unsafe text(msw_version())
    /// The version of Swift, as in "6.3.1".
    static let swift = unsafe text(msw_swift_version())

    /// The path of the compiler that servers use unless a directive names another one.
    static let compiler = unsafe text(msw_swiftc())

    private static func text(_ text: UnsafePointer<CChar>?) -> String {
        // SAFETY: the helpers return string literals.
        unsafe text.map { unsafe String(cString: $0) } ?? ""
    }
}
