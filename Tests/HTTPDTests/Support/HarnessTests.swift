// SPDX-License-Identifier: Apache-2.0
//
// The private httpd itself, without mod_swift: what every live test relies on.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct HarnessTests {
    @Test(arguments: MPM.allCases)
    func servesAFileAndLeavesNothingBehind(_ mpm: MPM) throws {
        let server = try HTTPD(HTTPDConfiguration(mpm: mpm))
        try server.start()
        try server.write("a/b.txt", "hello\n")
        let answer = try server.get("/a/b.txt")
        #expect(answer.status == 200)
        #expect(answer.reason == "OK")
        #expect(answer.headers["content-type"] == "text/plain")
        #expect(answer.text == "hello\n")
        #expect(try server.get("/a/c.txt").status == 404)

        let parent = try #require(server.pid)
        #expect(eventually { server.childPIDs.count == 2 })
        let processes = [parent] + server.childPIDs
        try server.stop()
        #expect(!server.isRunning)
        #expect(processes.allSatisfy { !exists($0) })
        #expect(server.unexpectedLogLines().isEmpty)
        server.close()
        #expect(keepsDirectories || !FileManager.default.fileExists(atPath: server.root))
    }

    @Test func startsAgainAfterAStop() throws {
        try HTTPD.with { server in
            let port = server.port
            try server.stop(graceful: true)
            try server.start()
            #expect(server.port == port)
            try server.write("index.html", "<p>again</p>")
            #expect(try server.get("/").headers["Content-Type"] == "text/html")
        }
    }

    @Test func answersSeveralRequestsOnOneConnection() throws {
        try HTTPD.with { server in
            try server.write("one.txt", "1")
            try server.write("two.txt", "22")
            let connection = try server.connect()
            #expect(try connection.request("GET", "/one.txt").text == "1")
            #expect(try connection.request("HEAD", "/two.txt").headers["Content-Length"] == "2")
            #expect(try connection.request("GET", "/none.txt").status == 404)
            #expect(connection.isReusable)
            let last = try connection.request(
                "GET", "/two.txt", headers: ["Connection": "close"])
            #expect(last.text == "22")
            #expect(!connection.isReusable)
            #expect(throws: HTTPClientError.self) { try connection.request("GET", "/one.txt") }
        }
    }

    @Test(arguments: MPM.allCases)
    func keepsServingThroughAGracefulRestart(_ mpm: MPM) throws {
        try HTTPD.with(HTTPDConfiguration(mpm: mpm)) { server in
            try server.write("a.txt", "a")
            let idle = try server.connect()
            #expect(try idle.request("GET", "/a.txt").status == 200)
            let before = server.childPIDs
            let load = try server.hammer("/a.txt", connections: 2) {
                server.configuration.text = "Header set X-Generation 2"
                try server.restart(graceful: true)
                #expect(try server.get("/a.txt").headers["X-Generation"] == "2")
            }
            #expect(!Set(server.childPIDs).isSubset(of: before))
            #expect(load.errors == [:])
            #expect(Set(load.statuses.keys) == [200])
        }
    }

    @Test func takesANewConfigurationWhenRestarted() throws {
        try HTTPD.with { server in
            server.configuration.text = "Redirect 410 /gone"
            try server.restart(graceful: false)
            #expect(try server.get("/gone").status == 410)
        }
    }

    @Test func reportsABadConfigurationInTheWordsOfHttpd() throws {
        let server = try HTTPD(HTTPDConfiguration(text: "Header set A b\nNoSuchDirective On"))
        let check = server.configTest()
        #expect(!check.ok)
        #expect(check.output.contains("Invalid command 'NoSuchDirective'"))
        let error = #expect(throws: HTTPDError.self) { try server.start() }
        #expect(error?.kind == .start)
        #expect(error?.log.contains("Syntax error on line 2 of") == true)
        #expect(!server.isRunning)

        server.configuration.text = "Header set A b"
        #expect(server.configTest().ok)
        try server.start()
        server.configuration.text = "NoSuchDirective On"
        let later = #expect(throws: HTTPDError.self) { try server.restart(graceful: true) }
        #expect(later?.kind == .restart)
        #expect(later?.log.contains("Invalid command 'NoSuchDirective'") == true)
        try server.stop()
        #expect(server.unexpectedLogLines().isEmpty)
    }

    @Test func takesAnotherPortWhenAStrangerListensOnItsOwn() throws {
        let server = try HTTPD()
        let stranger = try CannedServer("", port: server.port)
        try server.start()
        #expect(server.port != stranger.port)
        #expect(try server.get("/none").status == 404)
        try server.stop()
        #expect(server.unexpectedLogLines().isEmpty)
        server.close()
    }

    @Test func tellsExpectedLogLinesFromOthers() throws {
        let text = "<LocationMatch ^/secret>\nRequire all denied\n</LocationMatch>"
        try HTTPD.with(HTTPDConfiguration(text: text)) { server in
            #expect(try server.get("/secret-one").status == 403)
            #expect(try server.get("/secret-two").status == 403)
            #expect(eventually { server.unexpectedLogLines().count == 2 })
            #expect(throws: HTTPDError.self) { try server.checkLog() }
            try server.expectLog(containing: "AH01630")
            #expect(server.unexpectedLogLines().map { $0.contains("/secret-two") } == [true])
            let mark = server.logMark()
            try server.expectLog(containing: "AH01630")
            #expect(server.errorLog(since: mark).isEmpty)
            let error = #expect(throws: HTTPDError.self) {
                try server.expectLog(containing: "AH01630", within: .milliseconds(50))
            }
            #expect(error?.kind == .missingLog)
            server.allowLog(containing: "/secret-three")
            #expect(try server.get("/secret-three").status == 403)
        }
    }

    @Test func anUnexpectedLogLineFailsTheTest() throws {
        let text = "<Location /secret>\nRequire all denied\n</Location>"
        let error = #expect(throws: HTTPDError.self) {
            try HTTPD.with(HTTPDConfiguration(text: text)) { try $0.get("/secret") }
        }
        #expect(error?.kind == .unexpectedLog)
        #expect(error?.log.contains("AH01630") == true)
    }

    @Test func aChildThatCrashesIsUnexpected() throws {
        try HTTPD.with { server in
            #expect(eventually { server.childPIDs.count == 2 })
            let victim = try #require(server.childPIDs.first)
            kill(victim, SIGSEGV)
            // Sent from outside, the signal is taken for an order; the second one kills.
            #expect(
                eventually {
                    kill(victim, SIGSEGV)
                    return server.unexpectedLogLines().contains { $0.contains("exit signal") }
                })
            try server.expectLog(containing: "exit signal Segmentation fault")
            #expect(eventually { server.childPIDs.count == 2 })
        }
    }

    @Test func aServerThatEndsByItselfIsNoticedAndItsChildrenEnd() throws {
        let server = try HTTPD()
        try server.start()
        let parent = try #require(server.pid)
        let children = server.childPIDs
        kill(parent, SIGKILL)
        #expect(eventually { !server.isRunning })
        let error = #expect(throws: HTTPDError.self) {
            try server.stop(within: .milliseconds(200))
        }
        #expect(error?.message.contains("signal 9") == true)
        #expect(children.allSatisfy { !exists($0) })
    }

    @Test func aServerThatDoesNotStopIsKilled() throws {
        let server = try HTTPD()
        try server.start()
        let processes = [try #require(server.pid)] + server.childPIDs
        for process in processes { kill(process, SIGSTOP) }
        let error = #expect(throws: HTTPDError.self) {
            try server.stop(within: .milliseconds(200))
        }
        #expect(error?.message.contains("did not stop in time") == true)
        #expect(processes.allSatisfy { !exists($0) })
        server.close()
        #expect(keepsDirectories || !FileManager.default.fileExists(atPath: server.root))
    }

    @Test func theServerEndsWithATestProcessThatIsKilled() async throws {
        let result = await #expect(
            processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]
        ) {
            let server = try HTTPD()
            try server.start()
            let processes = [server.pid ?? 0] + server.childPIDs
            let report = "<<\(server.root) \(processes.map { "\($0)" }.joined(separator: " "))>>"
            FileHandle.standardOutput.write(Data(report.utf8))
            kill(getpid(), SIGKILL)
        }
        let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
        let start = try #require(output.range(of: "<<"))
        let end = try #require(output.range(of: ">>"))
        let words = output[start.upperBound..<end.lowerBound].split(separator: " ")
        let processes = words.dropFirst().compactMap { pid_t($0) }
        #expect(processes.count >= 2)
        #expect(eventually { processes.allSatisfy { !exists($0) } })
        let root = String(words[0])
        #expect(keepsDirectories || eventually { !FileManager.default.fileExists(atPath: root) })
    }

    @Test func hammersAndCounts() throws {
        try HTTPD.with { server in
            try server.write("a.txt", "a")
            let load = server.hammer("/a.txt", connections: 4, requestsPerConnection: 250) {
                guard $0.text == "a" else { throw HTTPDTestError.wrongBody }
            }
            #expect(load.errors == [:])
            #expect(load.statuses == [200: 1000])
            // MaxKeepAliveRequests is 100.
            #expect(load.connections == 12)
            let missing = server.hammer("/none", connections: 2, requestsPerConnection: 5)
            #expect(missing.statuses == [404: 10])
        }
    }

    @Test func exchangesMalformedBytes() throws {
        try HTTPD.with { server in
            let answer: String = try server.rawExchange("GET / HTTP/1.1\r\nNo Host\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func sendsAndReceivesALargeBodyAtOnce() throws {
        let text = "<Location /echo>\nSetHandler reflector\n</Location>"
        let configuration = HTTPDConfiguration(modules: ["reflector"], text: text)
        try HTTPD.with(configuration) { server in
            var large = [UInt8](repeating: 7, count: 16_000_000)
            for place in stride(from: 0, to: large.count, by: 997) {
                large[place] = UInt8(place % 251)
            }
            let answer = try server.post("/echo", .bytes(large))
            #expect(answer.body == large)
            let chunks = RequestBody.chunks([Array("one,".utf8), Array("two".utf8)])
            #expect(try server.post("/echo", chunks).text == "one,two")
            #expect(try server.post("/echo", "", headers: ["Expect": "100-continue"]).status == 200)
        }
    }

    @Test func speaksHTTP2WithCurl() throws {
        let configuration = HTTPDConfiguration(modules: ["http2"], text: "Protocols h2c http/1.1")
        try HTTPD.with(configuration) { server in
            try server.write("a.txt", "hello\n")
            let answer = try server.curl("/a.txt", "--http2-prior-knowledge")
            #expect(answer.version == "HTTP/2")
            #expect(answer.status == 200)
            #expect(answer.headers["Content-Length"] == "6")
            #expect(answer.text == "hello\n")
            let error = #expect(throws: HTTPClientError.self) {
                try server.curl("/a.txt", "--no-such-option")
            }
            #expect(error?.kind == .curl)
        }
    }
}

/// The client's honesty, against a server that sends what it is told to.
@Suite(.timeLimit(.minutes(10)))
struct HarnessClientTests {
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n12345",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 2",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ])
    func aTruncatedAnswerIsAnError(_ answer: String) throws {
        let error = try failure(answer)
        #expect(error?.kind == .truncated)
        if answer.contains("12345") {
            #expect(error?.partial.status == 200)
            #expect(error?.partial.text == "12345")
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n1",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n12\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n12",
        "HTTP/1.1 204 No Content\r\n\r\nbody",
    ])
    func aMalformedAnswerIsAnError(_ answer: String) throws {
        #expect(try failure(answer)?.kind == .malformed)
    }

    @Test func noAnswerIsNotATruncatedOne() throws {
        #expect(try failure("")?.kind == .closedWithoutAnswer)
    }

    @Test func aLateAnswerIsAnError() throws {
        let server = try CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1", holds: true)
        let connection = try HTTPConnection(port: server.port, timeout: .seconds(2))
        let error = #expect(throws: HTTPClientError.self) { try connection.request("GET", "/") }
        #expect(error?.kind == .timedOut)
        #expect(error?.partial.text == "1")
    }

    @Test func readsChunksTrailersAndInterimAnswers() throws {
        let server = try CannedServer(
            """
            HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
            HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: \t b=2 \r\n\
            Transfer-Encoding: chunked\r\n\r\n\
            3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nSum: 13\r\n\r\n
            """)
        let answer = try HTTPConnection(port: server.port).request("GET", "/")
        #expect(answer.interim == [103])
        #expect(answer.headers.values(for: "SET-COOKIE") == ["a=1", "b=2"])
        #expect(answer.text == "abc0123456789")
        #expect(answer.trailers["sum"] == "13")
        #expect(answer.keepsConnection)
    }

    @Test func readsUntilTheEndWhenThereIsNoLength() throws {
        let server = try CannedServer("HTTP/1.0 200 OK\r\n\r\nall of it")
        let answer = try HTTPConnection(port: server.port).request("GET", "/")
        #expect(answer.text == "all of it")
        #expect(!answer.keepsConnection)
    }

    /// Asks as `HTTPD.get` does, up to the end of the connection.
    private func failure(_ answer: String) throws -> HTTPClientError? {
        let server = try CannedServer(answer)
        let connection = try HTTPConnection(port: server.port)
        return #expect(throws: HTTPClientError.self) {
            let response = try connection.request("GET", "/", headers: ["Connection": "close"])
            try connection.expectEnd(after: response)
        }
    }
}

/// Whether the person who runs the tests wants to look into the servers' directories.
private let keepsDirectories = ProcessInfo.processInfo.environment["MOD_SWIFT_KEEP"] != nil

private enum HTTPDTestError: Error { case wrongBody }

/// Whether a process lives; an orphan that nobody reaps does not.
private func exists(_ pid: pid_t) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
        return false
    }
    return !stat.contains(") Z ")
}

/// Accepts one connection, reads a request's head, and sends what it was told to.
private final class CannedServer: Sendable {
    let port: Int

    /// - Parameters:
    ///   - answer: What to send.
    ///   - port: Where to listen; 0: anywhere.
    ///   - holds: Whether to wait for the client's end before closing.
    init(_ answer: String, port: Int = 0, holds: Bool = false) throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var (on, size): (CInt, socklen_t) = (1, socklen_t(MemoryLayout<sockaddr_in>.size))
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let listens = withUnsafeMutablePointer(to: &address) { pointer in
            bind(listener, Self.cast(pointer), size) == 0 && listen(listener, 5) == 0
                && getsockname(listener, Self.cast(pointer), &size) == 0
        }
        try #require(listens)
        self.port = Int(in_port_t(bigEndian: address.sin_port))
        Thread.detachNewThread { Self.serve(listener, answer, holds) }
    }

    /// A pointer as the call at hand wants it: its type depends on `_GNU_SOURCE`.
    private static func cast<Argument>(_ pointer: UnsafeMutablePointer<sockaddr_in>?) -> Argument {
        unsafeBitCast(pointer, to: Argument.self)
    }

    private static func serve(_ listener: CInt, _ answer: String, _ holds: Bool) {
        defer { close(listener) }
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 120_000) == 1 else { return }
        let client = accept(listener, cast(nil), nil)
        defer { close(client) }
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(
            client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 4096)
        var request: [UInt8] = []
        while request.suffix(4) != [13, 10, 13, 10] {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += buffer[..<count]
        }
        send(client, answer, answer.utf8.count, CInt(MSG_NOSIGNAL))
        if holds { _ = recv(client, &buffer, buffer.count, 0) }
    }
}
