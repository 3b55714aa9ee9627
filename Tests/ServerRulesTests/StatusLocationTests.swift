// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct StatusLocationTests {
    private static func line(_ name: String, _ args: String) -> DirectiveNode {
        DirectiveNode(name: name, args: args, fileName: "httpd.conf", line: 2)
    }

    private static func location(_ path: String, _ require: String...) -> DirectiveNode {
        DirectiveNode(
            name: "Location", args: path, isSection: true,
            children: [line("SetHandler", "mod_swift"), line("SwiftHandler", "mod_swift::status")]
                + require.map { line("Require", $0) },
            fileName: "httpd.conf", line: 1)
    }

    private static func path(_ tree: DirectiveNode..., isLocal: Bool = true) -> String? {
        StatusLocations(tree).path(fileName: nil, line: 0, isLocal: isLocal)
    }

    @Test func aPathIsNamedToWhoIsLetIn() {
        #expect(Self.path(Self.location("\"/s\"", "all granted"), isLocal: false) == "/s")
        #expect(Self.path(Self.location("/s", "local")) == "/s")
        #expect(Self.path(Self.location("/s", "local"), isLocal: false) == nil)
        #expect(Self.path(Self.location("/s", "ip 10.0.0.0/8", "local")) == "/s")
        #expect(Self.path(Self.location("/s", "valid-user"), isLocal: false) == "/s")
        #expect(
            Self.path(
                Self.location("/a", "local"), Self.location("/b", "all granted"), isLocal: false)
                == "/b")
    }

    @Test func nothingIsGuessed() {
        #expect(Self.path() == nil)
        #expect(Self.path(Self.location("/s")) == nil)
        #expect(Self.path(Self.location("/s", "host example.com")) == nil)
        #expect(Self.path(Self.location("/s*", "local")) == nil)
        #expect(Self.path(Self.line("SwiftHandler", "mod_swift::status")) == nil)
        let none = DirectiveNode(
            name: "Location", args: "/s", isSection: true,
            children: Self.location("/s", "local").children + [
                DirectiveNode(name: "RequireNone", isSection: true)
            ])
        #expect(Self.path(none) == nil)
    }

    @Test func virtualHostsHaveTheirOwn() {
        func host(_ line: Int, _ path: String) -> DirectiveNode {
            DirectiveNode(
                name: "VirtualHost", args: "*:80", isSection: true,
                children: [Self.location(path, "local")], fileName: "httpd.conf", line: line)
        }
        let locations = StatusLocations([host(10, "/a"), host(20, "/b")])
        #expect(locations.path(fileName: "httpd.conf", line: 20, isLocal: true) == "/b")
        #expect(locations.path(fileName: nil, line: 0, isLocal: true) == nil)
        let both = StatusLocations([Self.location("/all", "local"), host(20, "/b")])
        #expect(both.path(fileName: "httpd.conf", line: 30, isLocal: true) == "/all")
        #expect(both.path(fileName: "httpd.conf", line: 20, isLocal: true) == "/b")
    }
}
