// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Masks values that a page about the configuration must not show.
package enum SecretRedaction {
    package static let mask = "********"

    private static let names = ["password", "passphrase", "passwd", "secret"]

    /// Whether a value with this name is confidential.
    static func isName(_ name: some StringProtocol) -> Bool {
        let name = name.lowercased()
        return names.contains { name.holds($0) }
    }

    /// Returns the value of an option, masked if its name or its text shows that it is
    /// confidential.
    package static func masked(_ value: String, ofOption name: String) -> String {
        isName(name) || assigns(value) ? mask : value
    }

    /// Returns the arguments of a directive, masked if the directive, or the name that its first
    /// word sets (`SetEnv DB_PASSWORD x`), is confidential, or if a value is set inside an argument
    /// (`DBDParams "user=web password=x"`).
    package static func masked(_ arguments: String, of directive: String) -> String {
        if isName(directive) { return mask }
        let words = arguments.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return assigns(arguments) ? mask : arguments }
        if isName(words[0]) || assigns(words[1]) { return "\(words[0]) \(mask)" }
        return assigns(words[0]) ? mask : arguments
    }

    /// Whether a text contains a part such as "password=…".
    private static func assigns(_ text: some StringProtocol) -> Bool {
        let text = text.lowercased()
        return (names + ["pass", "pwd"]).contains { text.holds("\($0)=") }
    }
}
