// SPDX-License-Identifier: Apache-2.0

/// A number of bytes, as in directives and for people.
package struct CacheSize: Sendable, Equatable {
    package let bytes: Int

    /// Creates a size.
    package init(_ bytes: Int) { self.bytes = bytes }

    /// Parses "1000", "512K", "256M" or "2G"; nil for any other text.
    package init?(_ text: String) {
        let units: [Character: Int] = ["k": 10, "m": 20, "g": 30]
        let shift = text.last.flatMap { units[Character($0.lowercased())] }
        let digits = shift == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int(digits)
        else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    /// The size for people: "20 KB", "3.4 MB".
    package var text: String {
        let units = ["bytes", "KB", "MB", "GB"]
        var value = bytes
        var rest = 0
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            rest = value % 1024
            value /= 1024
            unit += 1
        }
        let tenths = rest * 10 / 1024
        let fraction = unit > 0 && value < 10 && tenths > 0 ? ".\(tenths)" : ""
        return "\(value)\(fraction) \(value == 1 && unit == 0 ? "byte" : units[unit])"
    }
}
