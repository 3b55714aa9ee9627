// SPDX-License-Identifier: Apache-2.0

extension Span<UInt8> {
    /// A copy of the bytes.
    package var array: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for index in indices { bytes.append(self[index]) }
        return bytes
    }

    /// The path without one slash at its beginning and one at its end.
    package var withoutOuterSlashes: Range<Int> {
        let slash = UInt8(ascii: "/")
        let start = count > 0 && self[0] == slash ? 1 : 0
        let end = count - 1 > start && self[count - 1] == slash ? count - 1 : count
        return start..<end
    }
}

/// The components of the path after a published path.
package enum PathComponents {
    /// - Returns: Nil if one of them is empty, as between two slashes: no function accepts that.
    package static func of(_ rest: Span<UInt8>) -> [String]? {
        var components: [String] = []
        var start = 0
        if rest.count == 0 { return [] }
        if rest[0] == UInt8(ascii: "/") { start = 1 }
        for index in start...rest.count {
            guard index == rest.count || rest[index] == UInt8(ascii: "/") else { continue }
            if index == start { return nil }
            components.append(
                String(decoding: rest.extracting(start..<index).array, as: UTF8.self))
            start = index + 1
        }
        return components
    }
}
