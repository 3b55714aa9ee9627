// SPDX-License-Identifier: Apache-2.0

/// The requirements that the prefix of a cookie's name announces; browsers drop a cookie that does
/// not meet them. They compare the prefix without regard to case, and so does this type.
package enum CookiePrefix: String, CaseIterable, Sendable {
    // A longer prefix comes before the one that it begins with.
    case hostHTTP = "__Host-Http-"
    case host = "__Host-"
    case http = "__Http-"
    case secure = "__Secure-"

    /// Finds the prefix of a name; nil if it has none.
    package init?(of name: String) {
        // All prefixes have this in common: a quick test before any comparison.
        guard name.utf8.first == UInt8(ascii: "_") else { return nil }
        self.init(of: name.utf8)
    }

    /// Finds the prefix of a name; nil if it has none.
    package init?(of name: some Sequence<UInt8>) {
        guard name.starts(with: "__".utf8) else { return nil }
        for prefix in Self.allCases where name.starts(with: prefix.rawValue.utf8, by: Self.isSame) {
            self = prefix
            return
        }
        return nil
    }

    private static func isSame(_ one: UInt8, _ other: UInt8) -> Bool {
        one.lowercased == other.lowercased
    }

    var isForHost: Bool { self == .host || self == .hostHTTP }
    var isForHTTP: Bool { self == .http || self == .hostHTTP }
}
