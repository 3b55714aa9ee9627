// SPDX-License-Identifier: Apache-2.0

/// What the beginning of a cookie's name promises; browsers drop a cookie that does not keep it. They compare
/// it without case, so we do.
package enum CookiePrefix: String, CaseIterable, Sendable {
    // A longer one comes before the one that it begins with.
    case hostHTTP = "__Host-Http-"
    case host = "__Host-"
    case http = "__Http-"
    case secure = "__Secure-"

    /// The prefix of a name; nil where it has none.
    package init?(of name: String) {
        // What all have in common, before anything is compared.
        guard name.utf8.first == UInt8(ascii: "_") else { return nil }
        self.init(of: name.utf8)
    }

    /// The prefix of a name; nil where it has none.
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
