// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// The results of a long load.
struct TrapLoadReport {
    var sync = LoadReport()
    var async = LoadReport()
    /// Private memory of all children and of the parent in KB, and the parent's descriptors,
    /// sampled periodically.
    private(set) var samples: [(children: Int, parent: Int, descriptors: Int)] = []
    /// The totals from mod_status.
    var sums: [String: Int] = [:]
    var log = ""

    var answers: Int { sync.answers + async.answers }
    var traps: Int { (sync.statuses[500] ?? 0) + (async.statuses[500] ?? 0) }
    var late: Int { async.statuses[504] ?? 0 }
    var longest: Duration { max(sync.longest, async.longest) }
    /// The maximum memory of the children, in each quarter of the time.
    var peaks: [Int] {
        let size = max(1, samples.count / 4)
        return (0..<4).map { samples.dropFirst($0 * size).prefix(size).map(\.children).max() ?? 0 }
    }

    /// Samples memory while the load runs.
    mutating func watch(_ server: HTTPD, for duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: 1)
            // Children may end at any time, and then have no memory.
            guard let children = try? TrapLoad.memory(of: server), let parent = server.pid,
                let own = try? ProcessResources.memory(of: parent),
                let descriptors = try? ProcessResources.descriptors(of: parent)
            else { continue }
            samples.append((children, own, descriptors))
        }
    }

    /// Checks the properties of any such load, however short.
    ///
    /// - Parameter resets: The number of connections that may end without a response.
    func check(resets: Int = 0) {
        let errors = sync.errors.merging(async.errors, uniquingKeysWith: +)
        #expect(errors.keys.allSatisfy { resets > 0 && $0.contains("reset") }, "\(errors)")
        #expect(errors.values.reduce(0, +) <= resets, "\(errors)")
        #expect(traps >= answers / 400 && traps <= answers / 50)
        #expect(sums["SwiftTraps"] == traps)
        #expect(sums["SwiftTimeouts"] == late)
        #expect(sums["SwiftStuck"] == 0)
        #expect(sums["SwiftCuts"] == 0)
        #expect(!log.contains("exit signal"), "a child was lost")
        #expect(!log.contains("MSW0422"), "a child was lost with its requests")
    }

    var text: String {
        let parent = samples.last?.parent ?? 0
        let descriptors = samples.map(\.descriptors)
        return """
            \(answers) answers on \(sync.connections + async.connections) connections, \(traps) traps, \(late) at their limit, \
            \(sync.retries + async.retries) kept connections closed, slowest \(longest), \
            sums \(sums.filter { $0.key.hasPrefix("Swift") && $0.value > 0 }), \
            children's memory by quarters \(peaks) KB, the parent's \(samples.first?.parent ?? 0) \
            to \(parent) KB with \(descriptors.min() ?? 0) to \(descriptors.max() ?? 0) descriptors
            """
    }
}
