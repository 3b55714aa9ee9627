// SPDX-License-Identifier: Apache-2.0
//
// Raw bytes of every kind against a handler that reads every member: nothing a client sends may
// trap, hang, end a child, or be answered with 500. A run says its seed; the environment repeats it:
//
//   MOD_SWIFT_FUZZ_SEED=7       that seed
//   MOD_SWIFT_FUZZ_SECONDS=600  for so long, against each kind of server
//   MOD_SWIFT_FUZZ_FIRST=42     begin with this exchange
//   MOD_SWIFT_FUZZ_COUNT=1      and make so many

import Foundation
import ModSwiftTesting
import Testing

/// What a run is given by the environment.
struct FuzzSettings {
    let seed: UInt64
    let duration: Duration
    let first: Int
    let count: Int

    init(seed: UInt64, seconds: Double) {
        let environment = ProcessInfo.processInfo.environment
        func value<Value: LosslessStringConvertible>(_ name: String) -> Value? {
            environment["MOD_SWIFT_FUZZ_\(name)"].flatMap(Value.init)
        }
        self.seed = value("SEED") ?? seed
        duration = .seconds(value("SECONDS") ?? seconds)
        first = value("FIRST") ?? 0
        count = value("COUNT") ?? .max
    }

    static var isSoaking: Bool { ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil }
}

/// What the bytes are sent to.
enum FuzzTarget: String, CaseIterable {
    /// HTTP by the rules.
    case strict
    /// HTTP with `HttpProtocolOptions Unsafe`: what httpd would refuse comes through to handlers.
    case lenient
    /// A connection handler.
    case connection

    var directives: String {
        switch self {
        case .strict: ""
        case .lenient: "HttpProtocolOptions Unsafe LenientMethods Allow0.9"
        case .connection: "SwiftConnectionHandler app"
        }
    }
}

@Suite(.timeLimit(.minutes(10)), .serialized)
struct FuzzTests {
    @Test(arguments: FuzzTarget.allCases)
    func nothingAClientSendsDoesHarm(_ target: FuzzTarget) throws {
        try fuzz(target, FuzzSettings(seed: 1, seconds: 3))
    }
}

@Suite(.enabled(if: FuzzSettings.isSoaking), .serialized, .timeLimit(.minutes(60)))
struct FuzzSoakTests {
    @Test(arguments: FuzzTarget.allCases)
    func nothingAClientSendsDoesHarm(_ target: FuzzTarget) throws {
        try fuzz(target, FuzzSettings(seed: .random(in: 1...999_999), seconds: 200))
    }
}

private func fuzz(_ target: FuzzTarget, _ settings: FuzzSettings) throws {
    var configuration = try HTTPDConfiguration.modSwift(
        modules: EveryMember.modules,
        text: """
            SwiftPath "${HTDOCS}/app"
            Timeout 3
            \(target.directives)
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler app
                \(EveryMember.handlers)
            </Directory>
            <VirtualHost *:*>
                ServerName every.example
                ServerAlias a.example *.b.example
                ServerAdmin every@example
                ServerPath /legacy
                # A line for each request would fill the disk.
                CustomLog /dev/null common
            </VirtualHost>
            """)
    configuration.children = 1
    // httpd's own words about bad requests are many; those of ours, and of dead children, are not.
    configuration.logLevel = "crit swift:warn"
    try HTTPD.with(configuration) { server throws in
        try server.writeApp(EveryMember.source)
        try server.write("app/x.file", String(repeating: "0123456789abcdef\n", count: 1000))
        try server.write("app/x.async", "async\n")
        // What clients do wrong is told as a warning: forms that are none, lines that are too long.
        for text in ["MSW060", "threw LineTooLongError", " ... "] {
            server.allowLog(containing: text)
        }
        // The fixture uses signed cookies, and these servers have no keys.
        server.allowLog(containing: "MSW0630")
        let speaksHTTP = target != .connection
        if speaksHTTP {
            #expect(try server.get("/app/x.do").status == 200)
        } else {
            _ = try server.rawExchange("a\nb\nc")
        }
        let children = server.childPIDs
        let report = FuzzRun(against: server, settings, speaksHTTP: speaksHTTP).run()
        print("fuzz \(target), seed \(settings.seed): \(report)")
        for failure in report.failures.prefix(10) { Issue.record("\(failure)") }
        #expect(report.failures.isEmpty)
        #expect(server.childPIDs == children)
        #expect(!server.errorLog().contains("MSW04"))
        if speaksHTTP { try expectHandlersWereReached(server, report) }
    }
}

/// Garbage that httpd refuses itself shows little of ours.
private func expectHandlersWereReached(_ server: HTTPD, _ report: FuzzRun.Report) throws {
    var counts: [Int] = []
    // Clients that left are noticed a little later.
    let areEqual = try eventually {
        counts = try server.get("/app/x.counts").text.split(separator: " ").compactMap { Int($0) }
        return counts.count == 2 && counts[0] == counts[1]
    }
    #expect(areEqual, "requests that came to a handler, and that it answered: \(counts)")
    let share = counts[0] * 100 / max(1, report.requests)
    print("handlers were reached by \(counts[0]) requests, \(share) %")
    #expect(share >= 30 || report.requests < 100)
}
