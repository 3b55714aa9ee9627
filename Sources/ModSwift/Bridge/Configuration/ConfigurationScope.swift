// SPDX-License-Identifier: Apache-2.0

// SAFETY: the addresses are compared, never dereferenced.
/// The scope in which a handler name has one meaning: one server and one value of SwiftPath.
///
/// Both are identified by their addresses, which are valid as long as the name itself.
@safe struct ConfigurationScope: Hashable, @unchecked Sendable {  // because it is only compared
    private let server: UnsafeRawPointer?
    private let path: UnsafeRawPointer?

    @inline(__always)
    init(_ server: ServerRecord?, _ configuration: DirectoryConfiguration) {
        unsafe self.server = server?.identity
        unsafe path = configuration.pathIdentity
    }

    @inline(__always)
    static func == (left: Self, right: Self) -> Bool {
        unsafe left.server == right.server && left.path == right.path
    }

    func hash(into hasher: inout Hasher) {
        unsafe hasher.combine(server)
        unsafe hasher.combine(path)
    }
}
