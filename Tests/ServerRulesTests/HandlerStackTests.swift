// SPDX-License-Identifier: Apache-2.0

import ServerRules
import Testing

@Suite
struct HandlerStackTests {
    /// Returns the result, and the number of handlers that ran.
    private static func run(
        _ rule: HandlerStack.Rule, _ statuses: [Int?]
    ) -> (result: Int, handlers: Int) {
        var stack = HandlerStack(rule)
        var handlers = 0
        for status in statuses {
            stack.add(status)
            handlers += 1
            if stack.isDone { break }
        }
        return (stack.result, handlers)
    }

    @Test func noHandlerDeclines() {
        for rule in [HandlerStack.Rule.untilOne, .all, .cleanup] {
            #expect(Self.run(rule, []) == (-1, 0))
            #expect(Self.run(rule, [nil, nil]) == (-1, 2))
        }
    }

    @Test func declinedAndAbsentHandlersLetTheNextRun() {
        for rule in [HandlerStack.Rule.untilOne, .all] {
            #expect(Self.run(rule, [-1, nil, 404]) == (404, 3))
        }
    }

    @Test(.bug(id: "N5-13", "a stack went on after ok, or ended, whatever the phase"))
    func okDecidesWhereHTTPDAsksUntilOneModuleDecides() {
        #expect(Self.run(.untilOne, [0, 404]) == (0, 1))
        #expect(Self.run(.all, [0, 404]) == (404, 2))
        #expect(Self.run(.all, [0, -1]) == (0, 2))
    }

    @Test(arguments: [-2, 200, 302, 404, 500])
    func anyOtherStatusEndsThePhase(_ status: Int) {
        for rule in [HandlerStack.Rule.untilOne, .all] {
            #expect(Self.run(rule, [status, 0, 500]) == (status, 1))
        }
    }

    @Test func everyCleanupRuns() {
        #expect(Self.run(.cleanup, [500, -2, 0, 404]) == (-1, 4))
    }
}
