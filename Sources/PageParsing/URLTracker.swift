// SPDX-License-Identifier: Apache-2.0

/// Tracks a URL in an attribute: which of its parts data can still determine.
struct URLTracker: Equatable {
    enum Part: Equatable {
        /// Nothing yet: data would determine everything.
        case start
        /// Text or data without a delimiter: it could still be a scheme.
        case name
        /// Data has determined the scheme.
        case schemeOfData
        /// After a scheme, a slash: the path, or the host.
        case path
        /// After "?" or "#".
        case query
        /// A scheme whose URLs are code.
        case code
    }

    private(set) var part = Part.start
    /// Whether the resource is executed in the page.
    let loadsCode: Bool
    /// The author's text before any data, in lower case, without characters that browsers remove.
    private var prefix: [UInt8] = []
    private var hasData = false

    init(loadsCode: Bool) { self.loadsCode = loadsCode }

    mutating func take(_ byte: UInt8) {
        // Browsers remove these characters everywhere.
        if byte.isNewline || byte == 9 || (byte <= 32 && part == .start) { return }
        if !hasData, prefix.count < 256 { prefix.append(byte.lowercased) }
        switch part {
        case .start, .name:
            switch byte {
            case UInt8(ascii: ":"): takeScheme()
            case .slash, .backslash: part = .path
            case UInt8(ascii: "?"), .hash: part = .query
            default: part = .name
            }
        case .path: if byte == UInt8(ascii: "?") || byte == .hash { part = .query }
        case .schemeOfData, .query, .code: break
        }
    }

    private mutating func takeScheme() {
        if hasData {
            part = .schemeOfData
        } else {
            let isCode = ["javascript:", "vbscript:", "data:"].contains {
                prefix.elementsEqual($0.utf8)
            }
            part = isCode ? .code : .path
        }
    }

    mutating func takeData() {
        hasData = true
        if part == .start { part = .name }
    }

    /// Whether the author's own text determines the server.
    var namesItsServer: Bool {
        if prefix.begins(with: "//") { return prefix.dropFirst(2).contains(.slash) }
        guard let colon = prefix.firstIndex(of: UInt8(ascii: ":")) else {
            return part == .path || part == .query
        }
        let rest = prefix[(colon + 1)...]
        guard rest.begins(with: "//") else { return true }
        return rest.dropFirst(2).contains(.slash)
    }

    /// Returns the state where two paths meet, as far as it matters for data.
    func joined(with other: URLTracker) -> URLTracker {
        if self == other { return self }
        var joined = self
        joined.hasData = true
        joined.prefix = prefix.count < other.prefix.count ? prefix : other.prefix
        let order: [Part] = [.code, .schemeOfData, .start, .name, .query, .path]
        // The more restrictive part.
        joined.part = order.first { $0 == part || $0 == other.part } ?? .code
        return joined
    }
}
