// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// The checks that are there for writers of stores, made of all of ours.
@Suite(.timeLimit(.minutes(10)))
struct StoreConformanceTests {
    private static let handler = """
        <Files "*.store">
            SetHandler mod_swift
            SwiftHandler app::storeHandler
        </Files>
        """

    private static func with(
        _ backend: SessionBackend, mpm: MPM = .event, children: Int = 2,
        _ body: (HTTPD) throws -> Void
    ) throws {
        try SessionSite.with(
            backend, mpm: mpm, children: children, directives: handler, checksStores: true, body)
    }

    /// The largest record that a store promises to keep.
    private static func largestRecord(of backend: SessionBackend) -> Int {
        switch backend {
        // A part of a cache of 512,000 bytes, and httpd's own bookkeeping in it.
        case .shmcb: 10_000
        default: (1 << 20) + 48
        }
    }

    @Test(arguments: SessionBackend.allCases)
    func everyStoreKeepsAllRules(_ backend: SessionBackend) throws {
        try Self.with(backend, children: 1) { server throws in
            // A lock of redis lasts two seconds here, unless it is prolonged.
            let hold = backend == .redis ? 4.5 : 1
            let size = Self.largestRecord(of: backend)
            let response = try server.get(
                "/app/check.store?size=\(size)&hold=\(hold)", timeout: .seconds(200))
            #expect(response.text.hasSuffix("\n22 of 22 rules are kept\n"), "\(response.text)")
        }
    }

    @Test(arguments: SessionBackend.allCases.filter { !$0.isPrivate })
    func childrenLoseNoIncrement(_ backend: SessionBackend) throws {
        try Self.with(backend, mpm: .prefork, children: 4) { server throws in
            let requests = (0..<60).map { _ in
                BackgroundRequest {
                    try server.get("/app/increment.store")
                }
            }
            let numbers = try requests.map { try Int($0.result().0.text) }
            #expect(Set(numbers) == Set((1...60).map { $0 }))
        }
    }

    /// What a store does wrong, and words of the rule that says so.
    private static let faults = [
        "losesBytes": "byte for byte", "changesNUL": "byte for byte",
        "keepsTheFirst": "an insert replaces", "mixesKeys": "alike",
        "bringsBack": "an update of what is not there", "saysThereWasNone": "a delete removes",
        "saysThereWasOne": "an update of what is not there",
        "leavesTheOld": "a replace moves", "movesNothing": "a replace moves",
        "movesWhatIsNotThere": "a replace of what is not there",
        "ignoresTouch": "bytes last", "touchIsNotKept": "bytes last",
        "updateIsNotKept": "bytes last", "touchMakes": "a touch of what is not there",
        "removesAll": "removeExpired leaves", "locksNobodyOut": "a lock excludes",
        "locksForEver": "a lock excludes", "waitsLong": "gives up at its time-out",
        "givesUpAtOnce": "gives up at its time-out", "lockOfAllKeys": "locks of different keys",
        "lockEnds": "a lock lasts", "lockSeemsLost": "a lock excludes",
        "readersSeeParts": "sees a whole record",
    ]

    @Test func everyFaultIsFound() throws {
        try Self.with(.file, children: 3) { server throws in
            #expect(
                try server.get("/app/check.store?fault=none").text
                    .hasSuffix("\n22 of 22 rules are kept\n"))
            let reports = Self.faults.keys.map { fault in
                let path = "/app/check.store?fault=\(fault)"
                let request = BackgroundRequest { try server.get(path, timeout: .seconds(200)) }
                return (fault, request)
            }
            for (fault, request) in reports {
                let report = try request.result().0.text
                let failures = report.split(separator: "\n").filter { $0.hasPrefix("FAILED") }
                let words = try #require(Self.faults[fault])
                #expect(failures.contains { $0.contains(words) }, "\(fault):\n\(report)")
            }
        }
    }
}
