// SPDX-License-Identifier: Apache-2.0

import CompilerJobs
import Testing

struct ShellWordsTests {
    @Test(arguments: [
        ("", []),
        ("  a  b ", ["a", "b"]),
        // In swiftc's quoting.
        (#"'sp ace/it'\''s.swift' -o a"#, ["sp ace/it's.swift", "-o", "a"]),
        (#"'a"b' '' x'y'z"#, ["a\"b", "", "xyz"]),
        (#"a\ b \'c"#, ["a b", "'c"]),
        // In clang's quoting.
        (#" "/bin/ld" "a\"b\\c\$d" "" "e f""#, ["/bin/ld", #"a"b\c$d"#, "", "e f"]),
        (#""a\nb""#, [#"a\nb"#]),
        ("\u{e9}t\u{e9} 'Stra\u{df}e'", ["\u{e9}t\u{e9}", "Stra\u{df}e"]),
    ])
    func aLineIsTakenApart(line: String, words: [String]) {
        #expect(ShellWords.split(line) == words)
    }

    @Test(arguments: ["'a", "a 'b c", "\"a", #""a\"#, #"a\"#])
    func aQuotationWithoutEndIsNoLine(line: String) {
        #expect(ShellWords.split(line) == nil)
    }
}
