// SPDX-License-Identifier: Apache-2.0
//
// SwiftEnableDebugger: a server of one process waits for a debugger, any other does not.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DebuggerTests {
    private static let source = "func handler(_ req: Request) -> String { req.interpreter }"

    @Test(.bug(id: "N5-09")) func aServerOfManyProcessesDoesNotWait() throws {
        try SwiftSite.with(Self.source, directives: "SwiftEnableDebugger On") { server throws in
            try server.expectLog(containing: "MSW0546: SwiftEnableDebugger (")
            #expect(try server.app().text == "127.0.0.1")
            #expect(server.configTest().output.contains("MSW0546"))
        }
        // Off overrides On, and asks for no warning.
        let server = try HTTPD(.modSwift(text: "SwiftEnableDebugger Off"))
        defer { server.close() }
        #expect(!server.configTest().output.contains("MSW"))
    }

    /// What a debugger does first, and then nothing.
    private static let tracer = """
        #include <stdlib.h>
        #include <sys/ptrace.h>
        #include <unistd.h>
        int main(int count, char **words)
        {
            if (ptrace(PTRACE_SEIZE, atoi(words[1]), 0, 0) != 0) return 1;
            sleep(5);
            return 0;
        }
        """

    @Test func aServerOfOneProcessWaitsUntilThereIsOne() throws {
        try withTemporaryDirectory { folder in
            try Self.tracer.write(
                toFile: "\(folder)/tracer.c", atomically: false, encoding: .utf8)
            try Shell.run(["gcc", "-o", "\(folder)/tracer", "\(folder)/tracer.c"])
            var configuration = try HTTPDConfiguration.modSwift(
                text: """
                    Define ONE_PROCESS
                    <Directory "${HTDOCS}/app">
                    SetHandler mod_swift
                    SwiftHandler app
                    SwiftEnableDebugger On
                    </Directory>
                    """)
            // The harness waits for a child and for a sentence of its parent's; one process has
            // neither.
            configuration.launcher = [
                "/bin/sh", "-c",
                #"""
                "$0" "$@" & child=$!
                trap 'kill $child' TERM INT
                sleep 1
                echo '[mpm_event:notice] resuming normal operations' >> "$2/logs/error.log"
                wait; wait
                """#,
            ]
            try HTTPD.with(configuration) { server throws in
                try server.writeApp(Self.source)
                #expect(eventually { (try? server.connect()) != nil })
                let client = try server.connect()
                try client.write("GET /app/x.do HTTP/1.0\r\n\r\n")
                try server.expectLog(
                    containing: "waits for a debugger before it calls SwiftHandler app")
                let log = server.errorLog()
                let process = try #require(log.firstMatch(of: /MSW0545: process (\d+) waits/)?.1)
                try Shell.run(["\(folder)/tracer", String(process)])
                let answer = try client.readToEnd()
                #expect(String(decoding: answer, as: UTF8.self).hasSuffix("127.0.0.1"))
            }
        }
    }
}
