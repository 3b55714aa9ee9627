// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct SecretRedactionTests {
    private let mask = SecretRedaction.mask

    @Test func namesSayWhatIsSecret() {
        for name in ["Password", "AuthFormPassPhrase", "DB_PASSWD", "session_secret"] {
            #expect(SecretRedaction.masked("x y", ofOption: name) == mask, "\(name)")
            #expect(SecretRedaction.masked("x y", of: name) == mask, "\(name)")
        }
        #expect(SecretRedaction.masked("x y", ofOption: "path") == "x y")
    }

    @Test(arguments: [
        ("DB_PASSWORD x", "DB_PASSWORD ********"), ("PATH /bin", "PATH /bin"),
        ("\"user=web password=x\"", "\"user=web ********"), ("user=web", "user=web"),
        ("pwd=x", "********"), ("Pass=x y", "********"), ("", ""), ("passenger", "passenger"),
    ])
    func argumentsAreMaskedWhereTheyGiveAValue(_ arguments: String, _ shown: String) {
        #expect(SecretRedaction.masked(arguments, of: "SetEnv") == shown)
    }

    @Test func aValueInAnOptionIsMasked() {
        #expect(SecretRedaction.masked("host=a PASSWORD=b", ofOption: "db") == mask)
        #expect(SecretRedaction.masked("host=a", ofOption: "db") == "host=a")
    }
}
