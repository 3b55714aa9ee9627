// SPDX-License-Identifier: Apache-2.0
//
// Builds whose result nobody waits for any more: none of their processes continues.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct BuildEndTests {
    enum Reason: CaseIterable { case timeOut, killedChild, stop }

    /// A compiler that never ends and has started others: one in its group, one in a session of its
    /// own, as swiftc does, and one whose parent has ended.
    private static let compiler = """
        #!/bin/sh
        sleep 600 & echo $! >>"$TMPDIR/../pids"
        setsid sleep 600 & echo $! >>"$TMPDIR/../pids"
        (setsid sh -c 'echo $$ >>"$TMPDIR/../pids"; sleep 600 & echo $! >>"$TMPDIR/../pids"; wait' &)
        wait

        """

    @Test(arguments: Reason.allCases, MPM.allCases)
    func nothingOfABuildThatWasGivenUpGoesOn(reason: Reason, mpm: MPM) throws {
        let seconds = reason == .timeOut ? 5 : 300
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm,
            text: """
                SwiftCompiler ${HTDOCS}/swiftc
                SwiftBuildTimeout \(seconds)s
                <Directory "${HTDOCS}/app">
                    AddHandler mod_swift .do
                    SwiftHandler app
                </Directory>
                """)
        configuration.children = 1
        let server = try HTTPD(configuration)
        defer { server.close() }
        try server.write("swiftc", Self.compiler)
        #expect(chmod("\(server.htdocs)/swiftc", 0o755) == 0)
        try server.writeApp("func handler(_ req: Request) -> String { \"good\" }")
        try server.start()
        let request = Thread { _ = try? server.app() }
        request.start()
        // The request's build and the one that warms the cache.
        #expect(eventually { Self.processes(server).count >= 8 })
        let started = Self.processes(server)
        switch reason {
        case .timeOut:
            try server.expectLog(containing: "MSW0105: SwiftHandler app")
        case .killedChild:
            for child in server.childPIDs { kill(child, SIGKILL) }
        case .stop:
            try server.stop()
        }
        for process in started {
            #expect(
                eventually { !Self.isAlive(process) },
                "\(process) is still there")
        }
    }

    private static func processes(_ server: HTTPD) -> [pid_t] {
        let text = try? String(contentsOfFile: "\(server.cache)/work/pids", encoding: .utf8)
        return (text ?? "").split(separator: "\n").compactMap { pid_t($0) }
    }

    /// A process that has ended and waits for its parent counts as dead.
    private static func isAlive(_ process: pid_t) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status.map { !$0.contains(") Z ") } ?? false
    }
}
