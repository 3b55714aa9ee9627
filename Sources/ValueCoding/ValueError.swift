// SPDX-License-Identifier: Apache-2.0

/// The reason why bytes are not a serialized value, or a value cannot be serialized.
package enum ValueError: Error, Equatable, CustomStringConvertible {
    /// The first byte names a version that this build does not know.
    case unknownVersion(UInt8)
    /// The bytes end before the value does.
    case truncated
    /// The byte at `offset`, counted from 0, is not valid there.
    case malformed(offset: Int, reason: String)
    /// Arrays and maps are nested more deeply than `Value.maximumDepth`.
    case tooDeep

    package var description: String {
        switch self {
        case .unknownVersion(let version): "version \(version) of the encoding is unknown"
        case .truncated: "the bytes end before the value does"
        case .malformed(let offset, let reason): "\(reason) at byte \(offset)"
        case .tooDeep: "nested more than \(Value.maximumDepth) levels deep"
        }
    }
}
