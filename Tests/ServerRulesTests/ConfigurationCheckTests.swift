// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct ConfigurationCheckTests {
    private static func line(_ name: String, _ args: String) -> DirectiveNode {
        DirectiveNode(name: name, args: args, fileName: "httpd.conf", line: 7)
    }

    private static func section(
        _ name: String, _ args: String, _ children: [DirectiveNode]
    ) -> DirectiveNode {
        DirectiveNode(
            name: name, args: args, isSection: true, children: children, fileName: "httpd.conf",
            line: 3)
    }

    /// The ids of the warnings.
    private static func ids(_ tree: [DirectiveNode], isOneProcess: Bool = false) -> [String] {
        ConfigurationCheck(tree, isOneProcess: isOneProcess).warnings.map { String($0.prefix(7)) }
    }

    private static var handler: DirectiveNode { line("SwiftHandler", "app") }

    @Test func aHandlerIsReachedByWhatGivesItRequests() {
        #expect(Self.ids([Self.handler]) == ["MSW0570"])
        for reason in [
            Self.line("SetHandler", "mod_swift"), Self.line("AddHandler", "mod_swift .do"),
            Self.line("allowoverride", "FileInfo"), Self.line("SetHandler", "%{env:HANDLER}"),
            Self.line("RewriteRule", "^/a - [H=mod_swift]"),
            Self.line("RewriteRule", "^/a - \"[H=$1]\""), Self.line("SwiftFixupHandler", "app"),
            Self.line("LuaHookFixups", "a.lua fix"),
        ] {
            #expect(Self.ids([Self.handler, reason]) == [], "\(reason.name) \(reason.args)")
        }
        #expect(Self.ids([Self.handler, Self.line("SetHandler", "cgi-script")]) == ["MSW0570"])
    }

    @Test func sectionsThatExcludeEachOtherDoNotHelp() {
        let one = Self.section("Location", "/a", [Self.handler])
        let use = Self.line("SetHandler", "mod_swift")
        #expect(Self.ids([one, Self.section("Location", "/b", [use])]) == ["MSW0570"])
        #expect(Self.ids([one, Self.section("Location", "/a/c", [use])]) == [])
        #expect(Self.ids([one, Self.section("Location", "/*", [use])]) == [])
        #expect(Self.ids([one, Self.section("Directory", "/b", [use])]) == [])
    }

    @Test func aMessageSaysWhere() {
        let warning = ConfigurationCheck([Self.handler], isOneProcess: false).warnings.first
        #expect(warning?.contains("SwiftHandler (httpd.conf:7) will never be called") == true)
    }

    @Test func aHandlerOfUsersNeedsARequire() {
        let handler = Self.line("SwiftAuthenHandler", "app")
        #expect(Self.ids([handler]) == ["MSW0503"])
        #expect(Self.ids([handler, Self.line("Require", "all granted")]) == ["MSW0503"])
        #expect(Self.ids([handler, Self.line("Require", "valid-user")]) == [])
        #expect(Self.ids([handler, Self.line("Require", "not user ann")]) == [])
    }

    @Test func aFilterNeedsItsName() {
        let filter = Self.line("SwiftOutputFilter", "app::upper UPPER")
        #expect(Self.ids([filter]) == ["MSW0571"])
        #expect(Self.ids([filter, Self.line("SetOutputFilter", "DEFLATE;upper")]) == [])
        #expect(Self.ids([filter, Self.line("SetOutputFilter", "DEFLATE")]) == ["MSW0571"])
    }

    @Test func aProviderNeedsALine() {
        let provider = Self.line("SwiftAuthnProvider", "mine app::check")
        #expect(Self.ids([provider]) == ["MSW0572"])
        #expect(Self.ids([provider, Self.line("AuthBasicProvider", "file mine")]) == [])
        #expect(Self.ids([provider, Self.line("AllowOverride", "AuthConfig")]) == [])
    }

    @Test func htaccessHasToBeRead() {
        let permission = Self.line("SwiftAllowHtaccess", "On")
        #expect(Self.ids([permission]) == ["MSW0573"])
        #expect(Self.ids([permission, Self.line("AllowOverride", "None")]) == ["MSW0573"])
        #expect(Self.ids([permission, Self.line("AllowOverride", "All")]) == [])
        #expect(Self.ids([Self.line("SwiftAllowHtaccess", "Off")]) == [])
    }

    @Test func aConnectionBelongsToTheFirstHost() {
        let handler = Self.line("SwiftConnectionHandler", "app")
        func host(_ address: String, _ children: [DirectiveNode]) -> DirectiveNode {
            Self.section("VirtualHost", address, children)
        }
        #expect(Self.ids([host("*:80", [handler]), host("*:80", [])]) == [])
        #expect(Self.ids([host("*:80", []), host("*:80", [handler])]) == ["MSW0574"])
        #expect(Self.ids([host("*:80", []), host("*:81", [handler])]) == [])
    }

    @Test func aDebuggerNeedsOneProcess() {
        let line = Self.line("SwiftEnableDebugger", "On")
        #expect(Self.ids([line]) == ["MSW0546"])
        #expect(Self.ids([line], isOneProcess: true) == [])
    }
}
