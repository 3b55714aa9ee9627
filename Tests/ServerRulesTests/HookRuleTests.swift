// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct HookRuleTests {
    private static let rules: [HookRule] = [
        .content(isSource: false, hasBegun: false), .quick, .access,
        .authen(hasUser: true, isAuthoritative: true), .authz, .early,
    ]

    @Test func aLogHandlerKeepsNoOtherModuleFromWriting() {
        for status in [-2, -1, 0, 200, 404, 500] {
            #expect(HookRule.log.action(for: status) == .returnsNumber(0))
        }
    }

    @Test func httpdsOwnNumbersAreReturned() {
        for rule in Self.rules {
            #expect(rule.action(for: -2) == .returnsNumber(-2), "\(rule)")
            if rule != .content(isSource: false, hasBegun: false) {
                #expect(rule.action(for: -1) == .returnsNumber(-1), "\(rule)")
            }
            if rule == .authz || rule == .authen(hasUser: true, isAuthoritative: true) { continue }
            #expect(rule.action(for: 0) == .returnsNumber(0), "\(rule)")
        }
    }

    @Test func whatADeclinedRequestHasWrittenIsDroppedWhileItCanBe() {
        #expect(
            HookRule.content(isSource: false, hasBegun: false).action(for: -1) == .declines)
        for isSource in [true, false] {
            let rule = HookRule.content(isSource: isSource, hasBegun: true)
            #expect(rule.action(for: -1) == .endsTooLate)
            #expect(rule.action(for: 0) == .returnsNumber(0))
            #expect(rule.action(for: -2) == .returnsNumber(-2))
        }
    }

    @Test func nothingFollowsAResponseThatIsOver() {
        for isComplete in [true, false] {
            for status in [0, -2] {
                let end = HookRule.afterEnd(status, isLast: false, isComplete: isComplete)
                #expect(end == (-2, false), "\(status)")
            }
            // A misuse if the client has the complete other response.
            for status in [-1, 200, 302, 404, 500] {
                let end = HookRule.afterEnd(status, isLast: false, isComplete: isComplete)
                #expect(end == (-2, isComplete), "\(status)")
            }
            #expect(HookRule.afterEnd(-102, isLast: false, isComplete: isComplete) == (-102, false))
            for status in [-102, -2, -1, 0, 200, 404] {
                let end = HookRule.afterEnd(status, isLast: true, isComplete: isComplete)
                #expect(end == (0, false), "\(status)")
            }
        }
    }

    @Test func theMethodsAreNamedToWhoeverAskedByAnother() {
        for status in [405, 501] { #expect(HookRule.namesMethods(status)) }
        for status in [200, 302, 400, 403, 404, 500] { #expect(!HookRule.namesMethods(status)) }
    }

    @Test func aSuccessEndsContentWithOkAndAnEarlierPhaseWithDone() {
        for rule in Self.rules {
            let isLast = rule == .content(isSource: false, hasBegun: false) || rule == .quick
            for status in [200, 204, 302, 403, 404, 500] {
                #expect(
                    rule.action(for: status) == .responds(status, success: isLast ? 0 : -2),
                    "\(rule) \(status)")
            }
        }
    }

    @Test func aSourceIsNotServedWhereItsHandlerDeclines() {
        let rule = HookRule.content(isSource: true, hasBegun: false)
        #expect(rule.action(for: -1) == .refusesSource)
        #expect(rule.action(for: 0) == .returnsNumber(0))
        #expect(rule.action(for: 403) == .responds(403, success: 0))
    }

    @Test func whoeverIsUnauthorizedIsAskedForAPassword() {
        for rule in [
            HookRule.access, .authen(hasUser: false, isAuthoritative: true), .authz,
        ] {
            #expect(
                rule.action(for: 401) == .responds(401, success: -2, isChallenge: true),
                "\(rule)")
        }
        for rule in [HookRule.early, .quick, .content(isSource: false, hasBegun: false)] {
            guard case .responds(401, _, isChallenge: false) = rule.action(for: 401) else {
                Issue.record("\(rule)")
                continue
            }
        }
    }

    @Test func withoutAuthorityTheNextModuleIsAsked() {
        let rule = HookRule.authen(hasUser: false, isAuthoritative: false)
        #expect(rule.action(for: 401) == .returnsNumber(-1))
        #expect(rule.action(for: 403) == .responds(403, success: -2))
    }

    @Test func anAuthenticatedUserNeedsAName() {
        for isAuthoritative in [true, false] {
            #expect(
                HookRule.authen(hasUser: false, isAuthoritative: isAuthoritative).action(for: 0)
                    == .missesUser)
            #expect(
                HookRule.authen(hasUser: true, isAuthoritative: isAuthoritative).action(for: 0)
                    == .acceptsUser)
        }
    }

    @Test func requireHasTheLastWord() {
        #expect(HookRule.authz.action(for: 0) == .returnsNumber(-1))
    }

    @Test func httpdGoesOnAfterOkAndDeclined() {
        #expect(HookRule.continues(0) && HookRule.continues(-1))
        for result: Int32 in [-2, 200, 404] { #expect(!HookRule.continues(result)) }
    }

    @Test func sourcesAreKnownByTheirEndings() {
        #expect(isSource("/srv/app.swift") && isSource("/srv/page.psp_"))
        #expect(!isSource("/srv/app.do") && !isSource("/srv/swift") && !isSource(""))
    }
}
