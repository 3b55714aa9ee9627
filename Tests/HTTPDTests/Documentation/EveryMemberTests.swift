// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct EveryMemberTests {
    /// What grows is fuzzed, and looked at for leaks, from the day on which it is there.
    @Test func theHandlerTouchesAllOfThePublicInterface() throws {
        let modules = try "\(ModSwiftStage.fromEnvironment().buildDirectory)/modules"
        let interface = try PublicInterface(in: modules).symbols.filter(\.isMember)
        #expect(interface.count > 250)
        let used = try PublicInterface.references(of: EveryMember.source, modules: modules)
        for member in interface where !used.contains(member.identifier.precise[...]) {
            Issue.record("Tests/Fixtures/EveryMember does not touch \(member.name)")
        }
    }

    @Test(arguments: MPM.allCases)
    func allOfItWorks(_ mpm: MPM) throws {
        try SwiftSite.with(
            try EveryMember.source, mpm: mpm, modules: EveryMember.modules,
            directives: EveryMember.handlers, children: 1
        ) { server throws in
            try server.write("app/x.file", "0123456789abcdef\n")
            for (name, status) in [
                ("do", 200), ("async", 200), ("redirect", 200), ("refuse", 404), ("file", 200),
                ("page", 200),
            ] {
                let answer = try server.post("/app/x.\(name)?a=1", "a\nb\n")
                #expect(answer.status == status, "\(name)")
            }
            let form = MultipartForm(["a", "b"])
            for name in ["async", "async?a=1", "refuse"] {
                let answer = try server.post(
                    "/app/x.\(name)", form.body, headers: form.headers)
                #expect(answer.status == (name == "refuse" ? 404 : 200), "\(name)")
            }
            // Under prefork another child may have answered.
            if mpm != .prefork { #expect(try server.get("/app/x.counts").text == "9 9") }
        }
    }
}
