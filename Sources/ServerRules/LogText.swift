// SPDX-License-Identifier: Apache-2.0

/// Text in the form for the log.
package enum LogText {
    /// Returns text that may appear in one line: control characters are escaped.
    package static func printable(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { line, scalar in
            if scalar.value < 32 || scalar.value == 127 {
                line += scalar.escaped(asASCII: true)
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    /// Returns a `#fileID` with the author's module name: without the suffix that makes it unique.
    ///
    /// - Parameter suffixLength: The number of characters after its underscore.
    package static func authored(_ file: String, suffixLength: Int) -> String {
        let parts = file.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let mark = parts[0].lastIndex(of: "_"),
            parts[0][mark...].count == suffixLength + 1
        else { return file }
        return "\(parts[0][..<mark])/\(parts[1])"
    }
}
