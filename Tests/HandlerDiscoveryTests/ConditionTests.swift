// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery
import Testing

/// `#if` is repeated, never evaluated.
@Suite struct ConditionTests {
    @Test func aHandlerStaysUnderItsCondition() {
        let registration = Registration(
            of: """
                #if os(Linux) && !DEBUG
                func handler(_ req: Request) {}
                #endif
                """)
        #expect(registration.handlers == ["handler"])
        #expect(
            registration.text.contains(
                """
                #if os(Linux) && !DEBUG
                #sourceLocation(file: "/srv/hello.swift", line: 2)
                    _msw_registrar.add("handler", handler)
                #sourceLocation()
                #else
                    _msw_registrar.refuse("handler", "it is inside #if os(Linux) && !DEBUG, \
                which does not hold here", line: 2)
                #endif
                """))
    }

    @Test func branchesOfOneConditionAreOneChain() {
        let registration = Registration(
            of: """
                #if os(Linux)
                func h(_ req: Request) {}
                #elseif DEBUG
                func h(_ req: Request) async {}
                #else
                func h(for req: Request) {}
                #endif
                """)
        #expect(registration.handlers == ["h"])
        #expect(
            registration.skeleton == [
                "#if os(Linux)", "add h",
                "#elseif !(os(Linux)) && (DEBUG)", "add h",
                "#elseif !(os(Linux)) && !(DEBUG)", "add h(for:)",
                "#else", "refuse h", "#endif",
            ])
    }

    @Test func nestedConditionsAreCombined() {
        let registration = Registration(
            of: """
                #if A || B
                struct S {
                    #if C
                    #else
                    static func h(_ req: Request) {}
                    #endif
                }
                #endif
                """)
        #expect(
            registration.skeleton
                == ["#if (A || B) && !(C)", "add S.h", "#else", "refuse S.h", "#endif"])
    }

    @Test func separateConditionsClashOnlyWhereBothHold() {
        let registration = Registration(
            of: """
                #if A
                func h(_ req: Request) {}
                #endif
                #if B
                func h(_ req: Request) async {}
                #endif
                """)
        #expect(
            registration.skeleton == [
                "#if (A) && (B)", "refuse h", "#elseif A", "add h", "#elseif B", "add h",
                "#else", "refuse h", "#endif",
            ])
    }

    @Test func aConditionalTwinClashesOnlyWhenItIsThere() {
        let registration = Registration(
            of: """
                func h(_ req: Request) {}
                #if B
                func h(_ req: Request) async {}
                #endif
                """)
        #expect(registration.skeleton == ["#if B", "refuse h", "#else", "add h", "#endif"])
    }

    @Test func anotherBranchMayBeRefused() {
        let registration = Registration(
            of: """
                #if A
                func h(_ req: Request) {}
                #else
                private func h(_ req: Request) {}
                #endif
                """)
        #expect(registration.handlers == ["h"])
        #expect(
            registration.skeleton
                == ["#if A", "add h", "#elseif !(A)", "refuse h", "#else", "refuse h", "#endif"])
    }

    @Test func aNameRefusedInEveryBranchIsARefusal() {
        let registration = Registration(of: "#if A\nprivate func h(_ req: Request) {}\n#endif")
        #expect(registration.handlers == [])
        #expect(registration.refusals == [Refusal(name: "h", reason: "it is private", line: 2)])
    }

    @Test func aTypeMayBeDifferentInEachBranch() {
        let registration = Registration(
            of: """
                #if A
                struct S { init() {}; func h(_ req: Request) {} }
                #else
                struct S { init(_ req: Request) {}; func h(_ req: Request) {} }
                #endif
                """)
        #expect(registration.text.contains(" in S().h(_msw_argument) }"))
        #expect(registration.text.contains(" in S(_msw_argument).h(_msw_argument) }"))
    }

    @Test func anInitializerCountsWhereItsConditionHolds() {
        let source = """
            struct S { let n: Int }
            #if A
            extension S { init() { n = 1 } }
            %
            #endif
            """
        let method = "extension S { func h(_ req: Request) {} }"
        let inside = source.replacing("%", with: method)
        let outside = source.replacing("%", with: "") + "\n" + method
        #expect(Registration(of: inside).handlers == ["S.h"])
        #expect(Registration(of: outside).handlers == [])
    }

    @Test func conditionsLoseTheirComments() {
        let registration = Registration(
            of: "#if A /* b */ || /* c */swift(>=6) // d\nfunc h(_ req: Request) {}\n#endif")
        #expect(registration.lines.contains("#if A || swift(>=6)"))
    }

    @Test(arguments: ["#if", "#if (", "#if A +"])
    func invalidConditionsAreNotRepeated(_ condition: String) {
        let registration = Registration(of: "\(condition)\nfunc h(_ req: Request) {}\n#endif")
        #expect(registration.handlers == [])
        #expect(!registration.lines.contains { $0.hasPrefix("#if") })
    }

    @Test func aVeryLongChainIsNotRepeated() {
        let branches = (1...1000).map { "#elseif A\($0)\nfunc h\($0)(_ req: Request) {}\n" }
            .joined()
        let registration = Registration(of: "#if A\n\(branches)#endif")
        #expect(registration.handlers.count == 63)
        #expect(
            registration.refusals.last
                == Refusal(
                    name: "h1000", reason: "the condition of its #if cannot be repeated", line: 2001
                ))
    }
}

extension Registration {
    /// The chain of conditions with the registrations in each branch.
    fileprivate var skeleton: [String] {
        lines.compactMap { line in
            if line.hasPrefix("#if") || line.hasPrefix("#el") || line == "#endif" { return line }
            guard line.hasPrefix("_msw_registrar.") else { return nil }
            let words = line.split { "\"(,".contains($0) }
            if line.hasPrefix("_msw_registrar.refuse") { return "refuse \(words[1])" }
            return "add" + line.dropFirst(line.prefix { $0 != "," }.count + 1).dropLast()
        }
    }
}
