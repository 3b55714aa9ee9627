// SPDX-License-Identifier: Apache-2.0
//
// Raw bytes of every kind against a handler that uses every member: no client may cause a trap, a
// hang, the end of a child or a response with 500. A run prints its seed; environment variables
// repeat it:
//
//   MOD_SWIFT_FUZZ_SEED=7       uses that seed
//   MOD_SWIFT_FUZZ_SECONDS=600  runs for that time against each kind of server
//   MOD_SWIFT_FUZZ_FIRST=42     begins with that exchange
//   MOD_SWIFT_FUZZ_COUNT=1      makes that number of exchanges

import Foundation
import ModSwiftTesting
import Testing

/// The settings of a run from the environment.
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

/// The kind of server to which the bytes are sent.
enum FuzzTarget: String, CaseIterable {
    /// HTTP, parsed strictly.
    case strict
    /// HTTP with `HttpProtocolOptions Unsafe`: some requests that httpd would otherwise refuse
    /// reach handlers.
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
    // Leaves out httpd's many messages about bad requests, but not mod_swift's, nor those about
    // dead children.
    configuration.logLevel = "crit swift:warn"
    try HTTPD.with(configuration) { server throws in
        try server.writeApp(EveryMember.source)
        try server.write("app/x.file", String(repeating: "0123456789abcdef\n", count: 1000))
        try server.write("app/x.async", "async\n")
        // Mistakes of clients are logged as warnings: malformed forms, lines that are too long.
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

/// Garbage that httpd itself refuses tests little of mod_swift.
private func expectHandlersWereReached(_ server: HTTPD, _ report: FuzzRun.Report) throws {
    var counts: [Int] = []
    // The server notices a little later that a client has disconnected.
    let areEqual = try eventually {
        counts = try server.get("/app/x.counts").text.split(separator: " ").compactMap { Int($0) }
        return counts.count == 2 && counts[0] == counts[1]
    }
    #expect(areEqual, "requests that came to a handler, and that it answered: \(counts)")
    let share = counts[0] * 100 / max(1, report.requests)
    print("handlers were reached by \(counts[0]) requests, \(share) %")
    #expect(share >= 30 || report.requests < 100)
}
