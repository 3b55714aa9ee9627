// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PublisherPaths

@Suite struct PathTableTests {
    private let table = PathTable([
        .init("index"), .init(""), .init("email"), .init("Admin/users"),
        .init("user", takesRest: true), .init("user/all"), .init("naïve"),
    ])

    @Test(arguments: [
        ("", 1), ("index", 0), ("email", 2), ("Admin/users", 3), ("user", 4), ("user/all", 5),
        ("naïve", 6),
    ])
    func findsExactlyWhatIsInIt(_ path: String, _ index: Int) {
        #expect(table.match(path) == .init(index: index, length: path.utf8.count))
    }

    @Test(arguments: [
        "emai", "emails", "Email", "email/", "/email", "email/x", "Admin", "Admin.users",
        "Admin/users/x", "Admin//users", "users", "use", "x/user", "nai\u{308}ve", "email\0",
        "..", ".", "index/..", String(repeating: "a", count: 100_000),
    ])
    func findsNothingElse(_ path: String) {
        #expect(table.match(path) == nil)
    }

    @Test func theRestBelongsToTheLongestPathThatTakesOne() {
        #expect(table.match("user/42") == .init(index: 4, length: 4))
        #expect(table.match("user/42/x") == .init(index: 4, length: 4))
        #expect(table.match("user/all/x") == .init(index: 4, length: 4))
        let nested = PathTable([.init("a", takesRest: true), .init("a/b", takesRest: true)])
        #expect(nested.match("a/b/c") == .init(index: 1, length: 3))
        #expect(nested.match("a/c") == .init(index: 0, length: 1))
    }

    @Test func theModuleItselfMayTakeTheRest() {
        let table = PathTable([.init("", takesRest: true), .init("email")])
        #expect(table.match("email") == .init(index: 1, length: 5))
        #expect(table.match("anything/else") == .init(index: 0, length: 0))
        #expect(table.match("") == .init(index: 0, length: 0))
    }

    @Test func theFirstOfTwoCounts() {
        #expect(PathTable([.init("a"), .init("a")]).match("a") == .init(index: 0, length: 1))
    }

    @Test func manyPathsAreAllFound() {
        let table = PathTable((0..<5000).map { .init("function\($0)") })
        for number in 0..<5000 { #expect(table.match("function\(number)")?.index == number) }
        #expect(table.match("function5000") == nil)
        #expect(PathTable([]).match("") == nil)
    }

    @Test func componentsAreTextsBetweenSlashes() {
        #expect(components("") == [])
        #expect(components("/42") == ["42"])
        #expect(components("/a/b c/ü") == ["a", "b c", "ü"])
        #expect(components("42/x") == ["42", "x"])
        #expect(components("/") == nil)
        #expect(components("//a") == nil)
        #expect(components("/a//b") == nil)
        #expect(components("/a/") == nil)
    }

    @Test func oneSlashIsTakenFromEachEnd() {
        for (path, expected) in [
            ("", ""), ("/", ""), ("/a", "a"), ("/a/", "a"), ("a/", "a"), ("//a//", "/a/"),
            ("//", "/"),
        ] {
            let bytes = Array(path.utf8)
            let range = bytes.span.withoutOuterSlashes
            #expect(String(decoding: bytes[range], as: UTF8.self) == expected)
        }
    }

    private func components(_ rest: String) -> [String]? {
        let bytes = Array(rest.utf8)
        return PathComponents.of(bytes.span)
    }
}

extension PathTable {
    fileprivate func match(_ path: String) -> Match? {
        let bytes = Array(path.utf8)
        return match(bytes.span)
    }
}
