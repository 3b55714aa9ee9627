// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the helpers return string literals.
/// The versions of this library and of the compiler that built it.
enum BuildInfo {
    /// The version, as in "0.1.0".
    static let version = text(unsafe msw_version()) ?? ""
    /// The version of Swift, as in "6.3.1": handlers must be built with the same compiler.
    static let swiftVersion = text(unsafe msw_swift_version()) ?? ""
    /// The compiler's path.
    static let compiler = text(unsafe msw_swiftc()) ?? ""
}
