// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct HandlerNameTests {
    @Test(arguments: [
        ("app", "app", nil), ("app::", "app", ""), ("app::f", "app", "f"),
        ("app::Type.f", "app", "Type.f"), ("a:b", "a:b", nil), ("a:b::c", "a:b", "c"),
        ("a::b::c", "a", "b::c"), (":::f", "", ":f"), ("", "", nil), (":", ":", nil),
        ("ü::ß", "ü", "ß"),
    ])
    func aNameHasTwoParts(_ name: String, _ module: String, _ function: String?) {
        let parts = splitHandlerName(name)
        #expect(parts.module == module && parts.function == function)
    }

    @Test(arguments: [
        ("/a/b.tar.gz", ".tar.gz"), ("a..b", ".b"), (".b", ".b"), ("..b", ".b"), ("b", nil),
        ("b.", nil), ("b..", nil), ("/a.d/b", nil), ("/a.d/b.c", ".c"), ("", nil), ("a.ü", ".ü"),
    ])
    func theExtensionFollowsTheFirstRunOfDots(_ path: String, _ wanted: String?) {
        #expect(fileExtension(of: path) == wanted)
    }
}
