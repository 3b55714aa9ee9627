// SPDX-License-Identifier: Apache-2.0

/// The argument of `SwiftSessionStore redis`: `redis://user:password@host:port/database?timeout=1`.
package struct RedisAddress: Equatable, Sendable {
    /// A host name or address; a path if ``port`` is 0.
    package var host = "127.0.0.1"
    package var port = 6379
    package var user: String?
    package var password: String?
    package var database = 0
    /// The timeout in seconds, for connecting and for each command.
    package var timeout = 1.0
    /// The time in seconds after which the lock of a process that no longer responds is released.
    package var lockLifetime = 30.0
    /// The prefix of each key.
    package var prefix = "mod_swift:"

    package init() {}

    /// The reason why a text is not a valid address, as a sentence.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Parses an address: `host`, `host:port`, `/path/of/socket`, or a URL with the scheme `redis`
    /// or `unix`.
    package init(_ text: String) throws(Malformed) {
        var rest = text[...]
        let isPath = rest.hasPrefix("unix://") || rest.hasPrefix("/")
        for scheme in ["redis://", "unix://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
        }
        if let mark = rest.firstIndex(of: "?") {
            try readParameters(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if isPath {
            host = String(rest)
            port = 0
        } else {
            try readAuthority(rest)
        }
        guard !host.isEmpty else { throw Malformed(description: "it names no host") }
    }

    private mutating func readAuthority(_ text: Substring) throws(Malformed) {
        var rest = text
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = parts[0].isEmpty ? nil : String(parts[0])
            password = parts.count > 1 ? String(parts[1]) : nil
            rest = rest[rest.index(after: at)...]
        }
        if let slash = rest.firstIndex(of: "/") {
            let number = rest[rest.index(after: slash)...]
            guard let number = number.isEmpty ? 0 : Int(number), number >= 0 else {
                throw Malformed(description: "\"\(number)\" is not a database number")
            }
            database = number
            rest = rest[..<slash]
        }
        try readHost(rest)
    }

    private mutating func readHost(_ text: Substring) throws(Malformed) {
        var rest = text
        // An IPv6 address contains colons, and is enclosed in brackets.
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
        } else {
            host = String(rest.prefix { $0 != ":" })
            rest = rest.dropFirst(host.count)
        }
        guard rest.first == ":" else {
            guard rest.isEmpty else { throw Malformed(description: "\"\(text)\" is not a host") }
            return
        }
        guard let number = Int(rest.dropFirst()), (1...65_535).contains(number) else {
            throw Malformed(description: "\"\(rest.dropFirst())\" is not a port")
        }
        port = number
    }

    private mutating func readParameters(_ text: Substring) throws(Malformed) {
        for part in text.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            let value = sides.count > 1 ? sides[1] : ""
            switch sides[0] {
            case "timeout": timeout = try Self.seconds(value, of: "timeout", in: 0.05...60)
            case "lock_lifetime":
                lockLifetime = try Self.seconds(value, of: "lock_lifetime", in: 1...3600)
            case "prefix": prefix = value
            default:
                throw Malformed(
                    description: "\"\(sides[0])\" is none of timeout, lock_lifetime and prefix")
            }
        }
    }

    private static func seconds(
        _ text: String, of name: String, in range: ClosedRange<Double>
    ) throws(Malformed) -> Double {
        guard let number = Double(text), range.contains(number) else {
            throw Malformed(
                description: "\(name) takes a number of seconds from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return number
    }
}
