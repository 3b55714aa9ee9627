// SPDX-License-Identifier: Apache-2.0
//
// `modswift new` and `modswift serve`, run as a user runs them. The cases are those of
// Fixtures/Cases/modules.jsonl.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServeTests {
    /// Runs a script.
    ///
    /// `serve DIRECTORY` starts a server and waits for its greeting; `finish SIGNAL` ends it and prints
    /// its exit status. What the server has printed is in the file "out".
    private func run(_ script: String) throws -> String {
        try CommandScript.run(
            script,
            functions: """
                serve() {
                    : >out
                    "$TOOL" serve --port $PORT "$@" >>out 2>&1 & server=$!
                    for _ in $(seq 1200); do
                        grep -q Ctrl-C out && return
                        kill -0 $server 2>/dev/null || return 0
                        sleep 0.1
                    done
                }
                finish() { kill -$1 $server; wait $server; echo "exit $?"; }
                """, within: .seconds(480))
    }

    @Test func aNewSiteIsServedAndReloaded() throws {
        let output = try run(
            """
            "$TOOL" new site
            serve site
            ask hello.do
            sed -i s/World/Everybody/ site/hello.swift
            ask hello.do
            echo 'func broken(' >>site/hello.swift
            ask hello.do | grep -c 'expected'
            for path in site.conf hello.swift; do curl -so /dev/null -w '%{http_code} ' http://127.0.0.1:$PORT/$path; done
            ask _status | grep -c mod_swift
            finish INT
            """)
        #expect(output.contains("Next: modswift serve site"))
        #expect(output.contains("Hello World!\nHello Everybody!\n"))
        #expect(output.contains("403 403 "))
        #expect(output.hasSuffix("exit 0\n"), "\(output)")
    }

    @Test func interruptLeavesNothingBehind() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null
            export TMPDIR=$PWD/tmp; mkdir -m 755 tmp
            serve site
            ask hello.do
            finish INT
            ls -A tmp
            (exec 3<>/dev/tcp/127.0.0.1/$PORT) 2>/dev/null && echo "still listening"
            tail -n 1 out
            """)
        #expect(output == "Hello World!\nexit 0\nStopped.\n")
    }

    @Test func aResizedTerminalStopsNothing() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null
            serve site
            kill -WINCH $server; sleep 0.5
            ask hello.do
            finish TERM
            """)
        #expect(output == "Hello World!\nexit 0\n")
    }

    @Test func aPortInUseIsSaidAtOnce() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null
            serve site
            "$TOOL" serve --port $PORT site 2>&1; echo "exit $?"
            finish INT
            """)
        #expect(output.contains("Another program listens on 127.0.0.1:"))
        #expect(output.contains("exit 1\nexit 0\n"), "\(output)")
    }

    @Test func aMissingHttpdIsSaidWithThePackage() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null
            PATH= "$TOOL" serve site 2>&1; echo "exit $?"
            "$TOOL" serve --httpd /nowhere/httpd site 2>&1; echo "exit $?"
            """)
        #expect(output.contains("apt-get install apache2-bin"))
        #expect(output.contains("--httpd names /nowhere/httpd"))
        #expect(output.components(separatedBy: "exit 1\n").count == 3, "\(output)")
    }

    @Test func httpdsComplaintReachesTheTerminal() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null
            sed -i 's/SwiftHandler/SwiftHandel/' site/site.conf
            "$TOOL" serve site 2>&1; echo "exit $?"
            """)
        #expect(output.contains("line 9 of"))
        #expect(output.contains("Invalid command 'SwiftHandel'"))
        #expect(output.contains("/site/site.conf"))
        #expect(output.hasSuffix("exit 1\n"), "\(output)")
    }

    @Test(.enabled(if: getuid() == 0))
    func whatOnlyRootCanReadIsServedFromACopy() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null; chmod 700 site
            serve site
            ask hello.do
            grep -c 'this is a copy' out
            finish INT
            """)
        #expect(output == "Hello World!\n1\nexit 0\n")
    }

    @Test func aDirectoryWithoutConfigurationIsServedByItsOnlySource() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null; rm site/site.conf
            serve site
            ask any.do
            finish INT
            cp site/hello.swift site/other.swift
            "$TOOL" serve site 2>&1; echo "exit $?"
            rm site/*.swift
            "$TOOL" serve site 2>&1; echo "exit $?"
            "$TOOL" new site 2>&1; echo "exit $?"
            """)
        #expect(output.contains("Hello World!\nexit 0\n"))
        #expect(output.contains("has 2 Swift files (hello.swift, other.swift)"))
        #expect(output.contains("has no Swift file, no page and no site.conf"))
        #expect(output.contains("site/index.html is there already; nothing was written."))
        #expect(output.components(separatedBy: "exit 1\n").count == 4, "\(output)")
    }
}
