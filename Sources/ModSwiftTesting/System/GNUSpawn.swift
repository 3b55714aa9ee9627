// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Two functions of glibc (2.34 and later) that its headers declare only with `_GNU_SOURCE`, which
/// SwiftPM does not define; they are looked up by name.
enum GNUSpawn {
    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    private typealias CloseFrom = @convention(c) (Actions, CInt) -> CInt
    private typealias ChangeDirectory = @convention(c) (Actions, UnsafePointer<CChar>) -> CInt

    static func closeFrom(_ actions: inout posix_spawn_file_actions_t, _ first: CInt) -> CInt {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else {
            return ENOSYS
        }
        return unsafeBitCast(symbol, to: CloseFrom.self)(&actions, first)
    }

    static func changeDirectory(_ actions: inout posix_spawn_file_actions_t, _ path: String) -> CInt
    {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addchdir_np") else { return ENOSYS }
        return unsafeBitCast(symbol, to: ChangeDirectory.self)(&actions, path)
    }
}
