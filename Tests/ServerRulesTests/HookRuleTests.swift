// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct HookRuleTests {
    private static let rules: [HookRule] = [
        .content(isSource: false), .quick, .access,
        .authen(hasUser: true, isAuthoritative: true), .authz, .early,
    ]

    @Test func aLogHandlerKeepsNoOtherModuleFromWriting() {
        for status in [-2, -1, 0, 200, 404, 500] {
            #expect(HookRule.log.action(for: status) == .returnsNumber(0))
        }
    }

    @Test func httpdsOwnNumbersAreReturned() {
        for rule in Self.rules {
            #expect(rule.action(for: -1) == .returnsNumber(-1), "\(rule)")
            #expect(rule.action(for: -2) == .returnsNumber(-2), "\(rule)")
            guard rule != .authz else { continue }
            #expect(rule.action(for: 0) == .returnsNumber(0), "\(rule)")
        }
    }

    @Test func aSuccessEndsContentWithOkAndAnEarlierPhaseWithDone() {
        for rule in Self.rules {
            let isLast = rule == .content(isSource: false) || rule == .quick
            for status in [200, 204, 302, 403, 404, 500] {
                #expect(
                    rule.action(for: status) == .responds(status, success: isLast ? 0 : -2),
                    "\(rule) \(status)")
            }
        }
    }

    @Test func aSourceIsNotServedWhereItsHandlerDeclines() {
        let rule = HookRule.content(isSource: true)
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
        for rule in [HookRule.early, .quick, .content(isSource: false)] {
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
                    == .returnsNumber(0))
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
