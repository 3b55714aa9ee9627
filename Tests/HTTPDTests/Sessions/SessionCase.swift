// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization
import Testing

/// A line of Tests/Fixtures/Cases/sessions.jsonl.
struct SessionCase: Decodable, Sendable {
    struct Expectation: Decodable, Sendable {
        var status: Int?
        var statusAnyOf: [Int]?
        var body: String?
        var maxMs: Double?
        var minMs: Double?
        var noSetCookie: Bool?
        var setCookieCount: Int?
        var setCookieHas: [String]?
        var setCookieDeletes: Bool?
        var cacheControlAnyOf: [String]?
    }

    struct Step: Decodable, Sendable {
        var get: String?
        var post: String?
        var parallel: Int?
        var parallelOf: [String]?
        var start: String?
        var `as`: String?
        var finish: String?
        var sleep: Double?
        var store: String?
        var killChildDuring: String?
        var cookie: String?
        var cookieValue: String?
        var save: String?
        var token: String?
        var expect: Expectation?
        var expectAny: [Expectation]?
        var expectStatusNot: Int?
    }

    let id: String
    let steps: [Step]
    let needs: String?
    let check: String?

    static func all() throws -> [SessionCase] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try SessionFixture.text("Cases/sessions.jsonl").split(separator: "\n").map { line in
            try decoder.decode(SessionCase.self, from: Data(line.utf8))
        }
    }
}

/// Runs one case against a server.
final class SessionPlay {
    private struct Jar {
        var current: String?
        var previous: String?

        mutating func take(_ response: Response) {
            guard let value = response.sessionIDs.last else {
                if response.deletesSessionCookie { set(nil) }
                return
            }
            set(value)
        }

        private mutating func set(_ value: String?) {
            if current != nil { previous = current }
            current = value
        }
    }

    private let test: SessionCase
    private let backend: SessionBackend
    private let server: HTTPD
    private let stopStore: () throws -> Void
    private let startStore: () throws -> Void
    private var jars = ["": Jar()]
    private var tokens: [String: String] = [:]
    private var started: [String: BackgroundRequest] = [:]
    private var responses: [Response] = []
    private var sent: String?
    private let filesBefore: Int
    private let mark: HTTPD.LogMark

    init(
        _ test: SessionCase, _ backend: SessionBackend, _ server: HTTPD,
        stopStore: @escaping () throws -> Void = {}, startStore: @escaping () throws -> Void = {}
    ) {
        self.test = test
        self.backend = backend
        self.server = server
        self.stopStore = stopStore
        self.startStore = startStore
        filesBefore = server.sessionFiles().count
        mark = server.logMark()
    }

    func run() throws {
        for step in test.steps { try run(step) }
        try runCheck()
    }

    private func run(_ step: SessionCase.Step) throws {
        if let seconds = step.sleep { usleep(UInt32(seconds * 1_000_000)) }
        if let words = step.store { try act(words) }
        if let path = step.start, let name = step.as {
            let mark = server.logMark()
            started[name] = BackgroundRequest { [server, cookie = cookie(for: step)] in
                try server.session(path, cookie: cookie)
            }
            expectWork(since: mark)
        }
        if let name = step.finish, let request = started.removeValue(forKey: name) {
            let (response, milliseconds) = try request.result()
            judge(response, milliseconds, step)
            jars["", default: Jar()].take(response)
        }
        if let path = step.killChildDuring { try killChild(during: path, step) }
        if let paths = step.parallelOf { try runAll(paths.map(named), step) }
        if let path = step.get.map(named) {
            try runAll(Array(repeating: path, count: step.parallel ?? 1), step)
        }
        if step.post != nil { try post(step) }
    }

    /// If the case needs a short time-out, the fixture has its handler under another name.
    private func named(_ path: String) -> String {
        let name = String(path.dropFirst())
        guard test.needs?.hasPrefix("lock time-out") == true, name == "count" else { return name }
        return "count-quick"
    }

    private func jarName(_ step: SessionCase.Step) -> String {
        ["A", "B"].contains(step.cookie ?? "") ? step.cookie ?? "" : ""
    }

    private func cookie(for step: SessionCase.Step) -> String? {
        if let value = step.cookieValue {
            return value.hasPrefix("a well-formed id") ? String(repeating: "5a", count: 16) : value
        }
        switch step.cookie {
        case "none": return nil
        case "the old one": return jars[""]?.previous
        default: return jars[jarName(step)]?.current
        }
    }

    private func runAll(_ paths: [String], _ step: SessionCase.Step) throws {
        let cookie = cookie(for: step)
        sent = cookie
        let server = server
        let requests = paths.map { path in
            BackgroundRequest { try server.session(path, cookie: cookie) }
        }
        for request in requests {
            let (response, milliseconds) = try request.result()
            judge(response, milliseconds, step)
            responses.append(response)
            if step.cookie == nil || step.cookie != "the old one" {
                jars[jarName(step), default: Jar()].take(response)
            }
            if let name = step.save { tokens[name] = response.text }
        }
    }

    private func post(_ step: SessionCase.Step) throws {
        let token = step.token.map { tokens[$0] ?? $0 } ?? ""
        var headers: HeaderFields = ["Content-Type": "application/x-www-form-urlencoded"]
        headers["Cookie"] = cookie(for: step).map { "mod_swift_session=\($0)" }
        let response = try server.post("/app/submit.do", .text("csrf=\(token)"), headers: headers)
        judge(response, 0, step)
        responses.append(response)
    }

    private func killChild(during path: String, _ step: SessionCase.Step) throws {
        let cookie = cookie(for: step)
        let server = server
        let before = server.childPIDs
        let mark = server.logMark()
        let request = BackgroundRequest {
            try server.session(String(path.dropFirst()), cookie: cookie)
        }
        expectWork(since: mark)
        for child in before { kill(child, SIGKILL) }
        _ = try? request.result()
    }

    /// Waits until the handler of a request has begun.
    private func expectWork(since mark: HTTPD.LogMark) {
        let isAtWork = eventually { server.errorLog(since: mark).contains("at work for ") }
        #expect(isAtWork, "\(test.id)")
    }

    private func act(_ words: String) throws {
        switch words {
        case "stop redis": try stopStore()
        case "start redis": try startStore()
        case _ where words.hasPrefix("replace the record by the bytes"):
            let bytes = Data(
                words.split(separator: " ").suffix(4).compactMap { UInt8($0, radix: 16) })
            for file in server.sessionFiles() where file.hasSuffix(jars[""]?.current ?? "?") {
                try bytes.write(to: URL(fileURLWithPath: file))
            }
        default: Issue.record("\(test.id): \(words) means nothing")
        }
    }

    // MARK: Checks

    private func judge(_ response: Response, _ milliseconds: Double, _ step: SessionCase.Step) {
        if let expected = step.expect {
            let problems = problems(response, milliseconds, expected)
            #expect(problems.isEmpty, "\(test.id): \(problems)\n\(response)")
        }
        if let choices = step.expectAny {
            let isAny = choices.contains { problems(response, milliseconds, $0).isEmpty }
            #expect(isAny, "\(test.id): \(response)")
        }
        if let status = step.expectStatusNot {
            #expect(response.status != status, "\(test.id): \(response)")
        }
    }

    private func problems(
        _ response: Response, _ milliseconds: Double, _ expected: SessionCase.Expectation
    ) -> [String] {
        var problems: [String] = []
        func require(_ condition: Bool, _ text: String) { if !condition { problems.append(text) } }
        let cookies = response.headers.values(for: "Set-Cookie")
        if let status = expected.status { require(response.status == status, "status") }
        if let any = expected.statusAnyOf { require(any.contains(response.status), "status") }
        if let body = expected.body { require(response.text == body, "body is not \(body)") }
        // A machine may be slow; waiting for a lock that is never released, or for a stopped store,
        // takes longer.
        if let most = expected.maxMs.map({ max(5 * $0, 5000) }) {
            require(milliseconds <= most, "took \(milliseconds) ms")
        }
        if let least = expected.minMs { require(milliseconds >= least, "took \(milliseconds) ms") }
        if expected.noSetCookie == true { require(cookies.isEmpty, "sets a cookie") }
        if let count = expected.setCookieCount { require(cookies.count == count, "cookies") }
        for part in expected.setCookieHas ?? [] {
            require(cookies.contains { $0.contains(part) }, "no \(part)")
        }
        if expected.setCookieDeletes == true { require(response.deletesSessionCookie, "keeps") }
        if let any = expected.cacheControlAnyOf {
            let values = response.headers.values(for: "Cache-Control").joined()
            require(any.contains { values.contains($0) }, "Cache-Control is \(values)")
        }
        return problems
    }

    private func runCheck() throws {
        let ids = responses.flatMap(\.sessionIDs)
        switch test.check {
        case nil: break
        case "5 different ids": #expect(Set(ids).count == 5, "\(test.id): \(ids)")
        case "Set-Cookie with another id; no log line above info":
            #expect(ids.count == 1 && ids[0] != sent && ids[0].count == 32, "\(test.id): \(ids)")
            try server.checkLog()
        case "the new id differs from the one sent":
            #expect(ids.last != sent && ids.last?.count == 32, "\(test.id): \(ids)")
        case "one Set-Cookie, other id":
            #expect(ids.count == 2 && ids[0] != ids[1], "\(test.id): \(ids)")
        case "other id":
            #expect(Set(ids).count == ids.count && ids.count == 2, "\(test.id): \(ids)")
        case "at most one of the ids answers /read with a number":
            // The session of the login: a request that came too late has begun a session of its
            // own.
            let login = [ids[0], jars[""]?.current ?? ""]
            let live = try login.filter { try server.session("read", cookie: $0).text != "none" }
            #expect(live.count == 1, "\(test.id): \(live)")
        case "store has no entry":
            guard backend.keepsFiles else { break }
            let gone = eventually { server.sessionFiles().count == filesBefore }
            #expect(gone, "\(test.id): \(server.sessionFiles())")
        case "warning in the log": try server.expectLog(containing: "MSW0656")
        case let text?: Issue.record("\(test.id): the check \"\(text)\" means nothing")
        }
    }
}

/// Runs a function on a thread of its own.
final class BackgroundTask<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let result = Result { try body() }
            outcome.withLock { $0 = result }
            done.signal()
        }
    }

    /// Waits for the result.
    func result() throws -> Value {
        done.wait()
        defer { done.signal() }
        return try #require(outcome.withLock { $0 }).get()
    }
}

/// A request on a thread of its own: the response and its duration in milliseconds.
typealias BackgroundRequest = BackgroundTask<(Response, Double)>

extension BackgroundTask where Value == (Response, Double) {
    convenience init(_ send: @escaping @Sendable () throws -> Response) {
        self.init { () throws -> (Response, Double) in
            let clock = ContinuousClock()
            let begin = clock.now
            let response = try send()
            return (response, begin.duration(to: clock.now) / .milliseconds(1))
        }
    }
}
