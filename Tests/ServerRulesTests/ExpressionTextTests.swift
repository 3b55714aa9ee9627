// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

/// httpd's scanner ends the process if none of its rules matches.
@Suite
struct ExpressionTextTests {
    @Test(arguments: [
        "", "true", "%{HTTP_HOST} == 'a'", "%{tolower:abc}", "%{tolower:%{HTTP_HOST}} == \"x\"",
        "'a\\'b'", "%{tolower:a\\'b}", "%{req:a} =~ /b/", "%{x'y}", "}\"", "%{a:b}}'x'", "\\\\",
    ])
    func whatTheScannerSurvivesMayComeToIt(_ text: String) {
        #expect(ExpressionText.problem(of: text) == nil)
    }

    @Test(arguments: [
        "%{tolower:a'b}", "%{tolower:a\"b}", "%{toupper:%{tolower:a}'}", "%{a:%{b:\"",
    ])
    func aQuotationMarkInAnArgumentIsRefused(_ text: String) throws {
        #expect(try #require(ExpressionText.problem(of: text)).contains("quotation mark"))
    }

    @Test(arguments: ["\\", "a == 'b'\\", "\\\\\\"])
    func aBackslashAtTheEndIsRefused(_ text: String) {
        #expect(ExpressionText.problem(of: text) == "it ends in a backslash")
    }
}
