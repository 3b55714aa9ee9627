// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct LogTextTests {
    @Test func controlCharactersAreEscaped() {
        #expect(LogText.printable("a\tb\nc\u{7f}\u{1}") == "a\\tb\\nc\\u{7F}\\u{01}")
        #expect(LogText.printable("grün, \"quoted\" \\ 漢") == "grün, \"quoted\" \\ 漢")
        #expect(LogText.printable("") == "")
    }

    @Test(arguments: [
        ("app_0123abcd/app.swift", "app/app.swift"), ("my_app_0123abcd/x.swift", "my_app/x.swift"),
        ("app/app.swift", "app/app.swift"), ("app_012/app.swift", "app_012/app.swift"),
        ("app_0123abcd", "app_0123abcd"), ("", ""),
    ])
    func theSuffixOfAModuleIsNotTheAuthors(_ file: String, _ wanted: String) {
        #expect(LogText.authored(file, suffixLength: 8) == wanted)
    }
}
