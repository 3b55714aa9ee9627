// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Values that a page about the configuration must not show.
package enum SecretRedaction {
    package static let mask = "********"

    private static let names = ["password", "passphrase", "passwd", "secret"]

    /// Whether what goes by the name is nobody else's business.
    static func isName(_ name: some StringProtocol) -> Bool {
        let name = name.lowercased()
        return names.contains { name.holds($0) }
    }

    /// The value of an option, masked where its name or its text says that it should be.
    package static func masked(_ value: String, ofOption name: String) -> String {
        isName(name) || assigns(value) ? mask : value
    }

    /// The arguments of a directive, masked where the directive, or what its first word sets
    /// (`SetEnv DB_PASSWORD x`), is confidential, or where a value is given inside of an argument
    /// (`DBDParams "user=web password=x"`).
    package static func masked(_ arguments: String, of directive: String) -> String {
        if isName(directive) { return mask }
        let words = arguments.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return assigns(arguments) ? mask : arguments }
        if isName(words[0]) || assigns(words[1]) { return "\(words[0]) \(mask)" }
        return assigns(words[0]) ? mask : arguments
    }

    /// Whether a text has a part such as "password=…".
    private static func assigns(_ text: some StringProtocol) -> Bool {
        let text = text.lowercased()
        return (names + ["pass", "pwd"]).contains { text.holds("\($0)=") }
    }
}
