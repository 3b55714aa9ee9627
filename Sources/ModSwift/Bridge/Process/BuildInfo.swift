// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: the helpers give string literals.
/// What this library was built as and with.
enum BuildInfo {
    /// As in "0.1.0".
    static let version = text(unsafe msw_version()) ?? ""
    /// As in "6.3.1": handlers must be built with the same compiler.
    static let swiftVersion = text(unsafe msw_swift_version()) ?? ""
    /// The compiler's path.
    static let compiler = text(unsafe msw_swiftc()) ?? ""
}
