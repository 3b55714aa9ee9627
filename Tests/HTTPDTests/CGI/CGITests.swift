// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CGITests {
    // MARK: Bodies

    @Test(arguments: [MPM.event, .prefork])
    func bodiesGoThroughBothPipesAtOnce(_ mpm: MPM) throws {
        // Several times the capacity of three pipes; the script writes before it has read
        // everything.
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try CGISite.with(["echo.cgi": CGISite.echo], mpm: mpm) { server throws in
            let whole = try server.post("/cgi/echo.cgi", .bytes(body))
            #expect(whole.status == 200)
            #expect(whole.body == body)
            let chunks = stride(from: 0, to: body.count, by: 70_001).map {
                Array(body[$0..<min($0 + 70_001, body.count)])
            }
            let chunked = try server.post("/cgi/echo.cgi", .chunks(chunks))
            #expect(chunked.body == body)
            #expect(try server.post("/cgi/echo.cgi", .text("")).body == [])
        }
    }

    @Test(.bug(id: "N6-12", "standard input gave bytes twice and lines a line feed too many"))
    func standardInputIsWhatTheClientSent() throws {
        let lines = """
            print("Content-Type: text/plain\\n")
            if let first = readLine(strippingNewline: false) { print("[\\(first)]", terminator: "") }
            while let line = readLine(strippingNewline: false) { print("<\\(line)>", terminator: "") }
            """
        try CGISite.with(["lines.cgi": lines]) { server throws in
            let response = try server.post(
                "/cgi/lines.cgi", .text("one\ntwo\n\nlast"))
            #expect(response.text == "[one\n]<two\n><\n><last>")
        }
    }

    @Test func aScriptThatReadsNothingHoldsNobody() throws {
        let deaf = "print(\"Content-Type: text/plain\\n\\ndeaf\")"
        try CGISite.with(["deaf.cgi": deaf]) { server throws in
            let body = [UInt8](repeating: 1, count: 2_000_000)
            let response = try server.post("/cgi/deaf.cgi", .bytes(body))
            #expect(response.text == "deaf\n")
        }
    }

    @Test func aBodyThatIsTooLargeIsRefused() throws {
        try CGISite.with(["echo.cgi": CGISite.echo], directives: "LimitRequestBody 1000") {
            server throws in
            server.allowLog(containing: "AH")
            let body = [UInt8](repeating: 1, count: 5000)
            #expect(
                try server.post("/cgi/echo.cgi", .bytes(body)).status == 413)
            #expect(
                try server.post("/cgi/echo.cgi", .chunks([body])).status
                    == 413)
        }
    }

    // MARK: The environment

    @Test func theProcessHasNothingOfTheServers() throws {
        let script = """
            import Glibc
            print("Content-Type: text/plain\\n")
            var mask = sigset_t()
            sigprocmask(SIG_BLOCK, nil, &mask)
            print("blocked", (1..<65).filter { sigismember(&mask, Int32($0)) == 1 })
            var action = sigaction()
            sigaction(SIGPIPE, nil, &action)
            print("pipe", action.__sigaction_handler.sa_handler == nil)
            print("group", getpgrp() == getpid())
            let files = (3..<1024).filter { fcntl(Int32($0), F_GETFD) >= 0 }
            print("files", files)
            var here = [CChar](repeating: 0, count: 4096)
            print("directory", getcwd(&here, 4096) != nil ? String(cString: here) : "none")
            print("name", CommandLine.arguments)
            """
        for mpm in [MPM.event, .prefork] {
            try CGISite.with(["own.cgi": script], mpm: mpm) { server throws in
                let text = try server.cgi("own.cgi?a+b").text
                #expect(text.contains("blocked []\n"), "\(text)")
                #expect(text.contains("pipe true\n"), "\(text)")
                #expect(text.contains("group true\n"), "\(text)")
                #expect(text.contains("files []\n"), "\(text)")
                #expect(text.contains("directory \(server.htdocs)/cgi\n"), "\(text)")
                // Words of a query string are not passed as arguments.
                #expect(text.contains("name [\"\(server.htdocs)/cgi/own.cgi\"]"), "\(text)")
            }
        }
    }

    @Test(.bug(id: "N6-11", "the cgihandler passed on HTTP_AUTHORIZATION"))
    func credentialsAndProxyAreNotPassedOn() throws {
        try CGISite.with(["s.cgi": CGISite.environment]) { server throws in
            let headers: HeaderFields = [
                "Authorization": "Basic YTpi", "Proxy": "http://x", "Accept": "a/b",
            ]
            let found = CGICaseTests.variables(of: try server.cgi("s.cgi", headers: headers))
            #expect(found["HTTP_AUTHORIZATION"] == nil)
            #expect(found["HTTP_PROXY"] == nil)
            #expect(found["HTTP_ACCEPT"] == "a/b")
            #expect(found["SCRIPT_FILENAME"] == "\(server.htdocs)/cgi/s.cgi")
            #expect(found["SERVER_PROTOCOL"] == "HTTP/1.1")
            #expect(found["REMOTE_ADDR"] == "127.0.0.1")
        }
    }

    @Test func theSourceOfTheSameNameIsTheScript() throws {
        let hello = "print(\"Content-Type: text/plain\\n\\nhello\")"
        try CGISite.with(["hello.swift": hello]) { server throws in
            #expect(try server.cgi("hello.cgi").text == "hello\n")
            #expect(try server.cgi("none.cgi").status == 404)
        }
    }

    // MARK: Ends

    @Test(.bug(id: "N6-11", "exit was an error; one request at a time"))
    func exitCodesAndSignalsAreLogged() throws {
        let script = """
            import Glibc
            let how = String(cString: getenv("QUERY_STRING"))
            print("Content-Type: text/plain\\n\\nwhole")
            if how != "early" { fflush(stdout) }
            switch how {
            case "early":
                let none: [Int] = []
                print(none[CommandLine.arguments.count])
            case "exit": exit(3)
            case "trap":
                let none: [Int] = []
                print(none[CommandLine.arguments.count])
            case "kill": kill(getpid(), SIGKILL)
            default: exit(0)
            }
            """
        try CGISite.with(["end.cgi": script]) { server throws in
            #expect(try server.cgi("end.cgi?fine").text == "whole\n")
            let exited = try server.cgi("end.cgi?exit")
            #expect(exited.status == 200)
            #expect(exited.text == "whole\n")
            try server.expectLog(containing: "MSW0774: \(server.htdocs)/cgi/end.cgi ended with 3")
            server.allowLog(containing: "MSW0773")
            #expect(try server.cgi("end.cgi?trap").status == 500)
            try server.expectLog(containing: "end.cgi was ended by signal 4: it trapped")
            #expect(try server.cgi("end.cgi?kill").status == 500)
            try server.expectLog(containing: "end.cgi was ended by signal 9")
            // A trap discards print's buffered output.
            #expect(try server.cgi("end.cgi?early").status == 500)
            try server.expectLog(containing: "end.cgi was ended by signal 4: it trapped [GET")
            #expect(!server.errorLog().contains("End of script output before headers"))
        }
    }

    @Test func standardErrorIsLoggedLineByLine() throws {
        let script = """
            import Glibc
            print("Content-Type: text/plain\\n\\nx")
            fputs("first\\nsecond\\nlast without its end", stderr)
            """
        try CGISite.with(["log.cgi": script]) { server throws in
            #expect(try server.cgi("log.cgi").text == "x\n")
            for line in ["first", "second", "last without its end"] {
                try server.expectLog(containing: "MSW0773: \(server.htdocs)/cgi/log.cgi: \(line)")
            }
        }
    }

    @Test(arguments: [MPM.event, .prefork])
    func aScriptThatGoesOnDoesNotHoldTheResponse(_ mpm: MPM) throws {
        let script = """
            import Glibc
            print("Content-Type: text/plain\\n\\ndone")
            fflush(stdout)
            close(1)
            sleep(600)
            """
        try CGISite.with(["on.cgi": script], mpm: mpm) { server throws in
            #expect(try server.cgi("on.cgi").text == "done\n")
            try expectNoScripts(of: server, "on.cgi")
        }
    }

    @Test func aScriptIsEndedWhenItsClientGoes() throws {
        let script = """
            import Glibc
            signal(SIGTERM, SIG_IGN)
            print("Content-Type: text/plain\\n\\nbegun")
            fflush(stdout)
            while true { usleep(100_000) }
            """
        try CGISite.with(["stay.cgi": script]) { server throws in
            do {
                let client = try server.connect()
                try client.write("GET /cgi/stay.cgi HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.read(100)
            }
            try expectNoScripts(of: server, "stay.cgi")
            server.allowLog(containing: "MSW0304")
        }
    }

    /// Waits until no process of a script is running.
    private func expectNoScripts(of server: HTTPD, _ name: String) throws {
        let path = "\(server.htdocs)/cgi/\(name)"
        #expect(try eventually { try !CommandLines.contain("\(path)\0") }, "\(path) still runs")
    }

    // MARK: Limits

    @Test func timeIsLimited() throws {
        let script = "import Glibc\nwhile true { sleep(1) }"
        try CGISite.with(
            ["slow.cgi": script, "s.cgi": CGISite.environment], directives: "SwiftTimeout 4"
        ) { server throws in
            #expect(try server.cgi("s.cgi").status == 200)
            #expect(try server.cgi("slow.cgi").status == 504)
            try server.expectLog(
                containing: "MSW0409: SwiftHandler mod_swift::cgi: took longer than 4 seconds")
            try expectNoScripts(of: server, "slow.cgi")
        }
    }

    @Test func aSilentScriptIsEndedAfterTimeout() throws {
        let script = "import Glibc\nwhile true { sleep(1) }"
        let text = """
            Timeout 1
            <Directory "${HTDOCS}/cgi">
                AddHandler mod_swift .cgi
                SwiftHandler mod_swift::cgi
            </Directory>
            """
        try HTTPD.with(.modSwift(text: text)) { server throws in
            try server.write("cgi/slow.cgi", script)
            #expect(try server.cgi("slow.cgi").status == 504)
            try server.expectLog(containing: "slow.cgi wrote nothing for 1 seconds (Timeout)")
        }
    }

    @Test func memoryAndProcessorAreLimited() throws {
        let script = """
            import Glibc
            print("Content-Type: text/plain\\n")
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
            print("memory", limit.rlim_cur)
            getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit)
            print("processor", limit.rlim_cur)
            print("room", mmap(nil, 400 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
            """
        try CGISite.with(
            ["room.cgi": script], directives: "RLimitMEM 268435456\nRLimitCPU 7"
        ) { server throws in
            let text = try server.cgi("room.cgi").text
            #expect(text == "memory 268435456\nprocessor 7\nroom false\n", "\(text)")
        }
    }

    // MARK: Building

    @Test func anEditIsBuiltAndErrorsAreShown() throws {
        func script(_ text: String) -> String { "print(\"Content-Type: text/plain\\n\\n\(text)\")" }
        try CGISite.with(["edit.cgi": script("one")], directives: "SwiftDebug On") {
            server throws in
            #expect(try server.cgi("edit.cgi").text == "one\n")
            try server.write("cgi/edit.cgi", "#!/usr/bin/env swift\n\(script("two"))")
            #expect(try server.cgi("edit.cgi").text == "two\n")
            try server.write("cgi/edit.cgi", "#!/usr/bin/env swift\nlet x: Int = \"\"")
            let response = try server.cgi("edit.cgi")
            #expect(response.status == 500)
            #expect(response.text.contains("/cgi/edit.cgi:2:14"), "\(response)")
            try server.expectLog(containing: "MSW0103: SwiftHandler mod_swift::cgi")
            server.allowLog(containing: "edit.cgi:2:14")
            server.allowLog(containing: "let x: Int")
        }
    }

    @Test func scriptsWithFoundationRun() throws {
        let script = """
            import Foundation
            print("Content-Type: text/plain\\n\\n\\(String(format: "%05.1f", 2.5))")
            """
        try CGISite.with(["f.cgi": script]) { server throws in
            #expect(try server.cgi("f.cgi").text == "002.5\n")
        }
    }

    @Test func headsAreWhatHTTPWants() throws {
        let script = "print(\"Content-Type: text/plain\\nX-A: 1\\n\\nbody\")"
        try CGISite.with(["h.cgi": script]) { server throws in
            let response = try server.request("HEAD", "/cgi/h.cgi")
            #expect(response.status == 200)
            #expect(response.headers["X-A"] == "1")
            #expect(response.body == [])
        }
    }

    /// A header of a script cannot make a client take the rest of the response for the next
    /// response.
    @Test func howAResponseIsFramedIsNotTheScriptsBusiness() throws {
        let headers = ["Transfer-Encoding: chunked", "Content-Length: -1", "Content-Length: 100"]
        try CGISite.with([
            "head.cgi": """
            import Glibc
            let query = String(cString: getenv("QUERY_STRING"))
            let headers = [\(headers.map { "\"\($0)\"" }.joined(separator: ", ")), "Status: 100 Continue"]
            print("Content-Type: text/plain\\n\\(headers[Int(query) ?? 0])\\n\\nbody")
            """
        ]) { server throws in
            _ = try server.cgi("head.cgi")
            let connection = try server.connect(timeout: .seconds(60))
            for index in headers.indices {
                let response = try connection.request("GET", "/cgi/head.cgi?\(index)")
                #expect(response.status == 200 && response.text == "body\n", "\(headers[index])")
            }
            #expect(try connection.request("GET", "/cgi/head.cgi?3").status == 500)
            try server.expectLog(containing: "MSW0778: ")
        }
    }

    @Test func scriptsAreForResponsesAlone() throws {
        try CGISite.with(["x.cgi": "print()"], directives: "SwiftFixupHandler mod_swift::cgi") {
            server throws in
            #expect(try server.cgi("x.cgi").status == 500)
            try server.expectLog(containing: "MSW0777")
        }
    }
}
