// SPDX-License-Identifier: Apache-2.0

package import Glibc

/// The reason why a path cannot be trusted to contain code.
package enum PrivacyError: Error, CustomStringConvertible {
    case missing(SystemError)
    case symbolicLink(String)
    case notADirectory(String)
    case foreign(String, owner: uid_t, wanted: uid_t)
    case open(String, mode: mode_t)

    package var description: String {
        switch self {
        case .missing(let error): "\(error)"
        case .symbolicLink(let path): "\(path) is a symbolic link"
        case .notADirectory(let path): "\(path) is not a directory"
        case .foreign(let path, let owner, let wanted):
            "\(path) belongs to user \(owner), not to the server's user \(wanted)"
        case .open(let path, let mode):
            "\(path) is open to other users (mode \(String(mode, radix: 8)))"
        }
    }
}
