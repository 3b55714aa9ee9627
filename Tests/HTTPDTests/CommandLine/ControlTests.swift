// SPDX-License-Identifier: Apache-2.0
//
// From nothing to a server: the commands in the manual's section of that name, as a new user enters
// them.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ControlTests {
    /// Runs a script; stops a server that it leaves running.
    private func run(_ script: String) throws -> String {
        try CommandScript.run(
            script,
            functions: """
                trap '[ ! -e site.conf ] || "$TOOL" stop --now site.conf >/dev/null 2>&1' EXIT
                genconfig() { "$TOOL" genconfig --listen 127.0.0.1:$PORT "$@"; }
                """)
    }

    /// Other commands use that name.
    @Test func genconfigTakesAPort() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null || exit
            "$TOOL" genconfig --port 8081 site | grep '^Listen'
            "$TOOL" genconfig site | grep '^Listen'
            """)
        #expect(output == "Listen 8081\nListen 127.0.0.1:8080\n")
    }

    @Test func aNewUserComesFromNothingToAServer() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null && chmod -R a+rX . || exit
            genconfig site >site.conf
            "$TOOL" build --config site.conf
            "$TOOL" start site.conf
            ask hello.do
            "$TOOL" status --port $PORT
            "$TOOL" status --port $PORT --json | grep -c '"SwiftModules" : "'
            for path in hello.swift site.conf index.html; do curl -so /dev/null -w '%{http_code} ' http://127.0.0.1:$PORT/$path; done; echo
            "$TOOL" start site.conf 2>&1; echo "exit $?"
            "$TOOL" restart site.conf
            sed -i s/World/Everybody/ site/hello.swift
            for i in $(seq 600); do [ "$(ask hello.do)" = 'Hello Everybody!' ] && break; sleep 0.1; done
            ask hello.do
            "$TOOL" stop site.conf
            "$TOOL" stop site.conf 2>&1; echo "exit $?"
            "$TOOL" status --port $PORT 2>&1; echo "exit $?"
            ls site.server/logs; grep -c 'swift:error' site.server/logs/error.log
            true
            """)
        #expect(output.contains("[1/1] "))
        #expect(output.contains("Compiled 1 module, in "), "\(output)")
        #expect(output.contains("Started, as process "), "\(output)")
        #expect(output.contains("Hello World!\n"), "\(output)")
        #expect(output.contains(/\nWorkers       [1-9] busy, [0-9]+ idle\n/), "\(output)")
        // The child that responds is random.
        #expect(
            output.contains(/\nIn one child  ([01]) modules, \1 versions, 0 builds, 0 failures\n/),
            "\(output)")
        #expect(output.contains("\n403 403 200 \n"), "\(output)")
        #expect(output.contains("The server runs already, as process "))
        #expect(output.contains("Restarted, as process "))
        #expect(output.contains("Hello Everybody!\nStopped.\n"), "\(output)")
        #expect(output.contains("Error: The server does not run.\nexit 1\n"))
        #expect(output.contains("Error: No server responds on 127.0.0.1:"))
        #expect(output.hasSuffix("error.log\n0\n"), "\(output)")
    }

    @Test func pagesComeTheSameWay() throws {
        let output = try run(
            """
            "$TOOL" new --pages site && chmod -R a+rX . || exit
            genconfig site >site.conf
            "$TOOL" build --config site.conf
            "$TOOL" start site.conf
            ask '?name=A%26B' | grep Hello
            for path in head.inc index.psp_; do curl -so /dev/null -w '%{http_code} ' http://127.0.0.1:$PORT/$path; done; echo
            "$TOOL" stop --now site.conf
            """)
        #expect(output.contains("Next: modswift serve site"))
        #expect(output.contains("<p>Hello A&amp;B!</p>"), "\(output)")
        #expect(output.contains("\n403 403 \nStopped.\n"), "\(output)")
    }

    @Test func aServerThatDoesNotComeUpSaysWhy() throws {
        let output = try run(
            """
            "$TOOL" new site >/dev/null && chmod -R a+rX . || exit
            genconfig site >site.conf
            echo 'SwiftCacheDir /proc/nowhere' >>site.conf
            echo 'Nonsense' >>site.conf
            "$TOOL" start site.conf 2>&1; echo "exit $?"
            sed -i '$d' site.conf
            sed -i "s/^Listen.*/Listen 192.0.2.1:$PORT/" site.conf
            "$TOOL" start site.conf 2>&1; echo "exit $?"
            genconfig --server-name 'a"b' site 2>&1; echo "exit $?"
            """)
        #expect(output.contains("Invalid command 'Nonsense'"), "\(output)")
        #expect(output.contains("could not bind to address 192.0.2.1:"), "\(output)")
        #expect(output.components(separatedBy: "exit 1\n").count == 3, "\(output)")
        #expect(output.contains("exit 64\n"), "\(output)")
    }

    @Test func statusSaysWhatIsNotThere() throws {
        try HTTPD.with(HTTPDConfiguration()) { server throws in
            try server.write("page", "hello")
            let (status, output) = try CommandLineTool.run("status", "--port", "\(server.port)")
            #expect(status == "exit status 1")
            #expect(output.contains("/server-status responds with 404."), "\(output)")
            let url = "http://127.0.0.1:\(server.port)/page"
            #expect(
                try CommandLineTool.run("status", "--url", url).output
                    .contains("is not the page of mod_status"))
            #expect(
                try CommandLineTool.run("status", "--url", "ftp://x").status == "exit status 64")
        }
    }
}
