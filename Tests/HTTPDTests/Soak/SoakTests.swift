// SPDX-License-Identifier: Apache-2.0
//
// Tests that take minutes: make soak.

import Foundation
import ModSwiftTesting
import Testing

/// Whether the long tests run: MOD_SWIFT_SOAK is set by scripts/soak.
private let isSoaking = ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil

@Suite(.enabled(if: isSoaking), .serialized, .timeLimit(.minutes(30)), .coldCache)
struct SoakTests {
    private static let hello = "func handler(_ req: Request) -> String { \"good\" }"

    @Test(arguments: [MPM.event, .prefork])
    func fiveHundredGracefulRestartsUnderLoadFailNoRequest(_ mpm: MPM) throws {
        try SwiftSite.with(Self.hello, mpm: mpm) { server throws in
            #expect(try server.app().text == "good")
            let (before, shared) = (try descriptors(of: server), try sharedMemory(of: server))
            let semaphores = try semaphores()
            let load = try server.hammer("/app/x.do", connections: 4) {
                guard $0.text == "good" else { throw Unexpected(text: $0.text) }
            } while: {
                for round in 0..<500 {
                    // From time to time a build is running at the restart.
                    if round % 10 == 5 { try server.writeApp(Self.hello + "\n// \(round)") }
                    try server.restart(graceful: true)
                }
            }
            #expect(load.errors == [:])
            #expect(Set(load.statuses.keys) == [200])
            #expect(try descriptors(of: server) <= before, "descriptors of the parent")
            #expect(try sharedMemory(of: server) <= shared, "shared memory of the parent")
            // A leak of one per restart would add up to 500; other servers of this machine have
            // some, too.
            #expect(try self.semaphores() <= semaphores + 100, "semaphores")
            print(
                "\(mpm): \(load.answers) answers, \(load.retries) closed keep-alive connections; "
                    + "the parent has \(before) descriptors and \(shared) pieces of shared memory")
        }
    }

    @Test func twentyHardRestartsWithABuildUnderWayLeaveNothingBroken() throws {
        try SwiftSite.with(Self.hello) { server throws in
            server.allowLog(containing: "swift:error")
            // A hard restart cuts off running requests; every complete response is right.
            let load = try server.hammer("/app/x.do", connections: 4) {
                guard $0.text == "good" else { throw Unexpected(text: $0.text) }
            } while: {
                for round in 0..<20 {
                    try server.writeApp(Self.hello + "\n// \(round)")
                    Thread.sleep(forTimeInterval: Double(round) * 0.03)
                    try server.restart(graceful: false)
                    #expect(try server.app().text == "good")
                }
            }
            #expect(Set(load.statuses.keys) == [200])
            #expect(!load.errors.keys.contains { $0.contains("Unexpected") }, "\(load.errors)")
            print("20 hard restarts: \(load.answers) answers, cut: \(load.errors)")
            let work = try FileManager.default.contentsOfDirectory(atPath: "\(server.cache)/work")
            #expect(eventually { builders(of: server.cache) == 0 }, "builders are left")
            #expect(work.count <= 20)
        }
    }

    @Test(arguments: MPM.allCases)
    func stoppingInTheMiddleOfTheFirstBuildIsClean(_ mpm: MPM) throws {
        for round in 0..<30 {
            let cache = try SwiftSite.with(Self.hello, mpm: mpm) { server in
                // The cache is being warmed during that time.
                Thread.sleep(forTimeInterval: Double(round) * 0.02)
                return server.cache
            }
            #expect(eventually { builders(of: cache) == 0 }, "builders are left")
        }
    }

    @Test func editsUnderLoadAreSeenInOrder() throws {
        func source(_ edit: Int) -> String {
            "func handler(_ req: Request) -> String { \"\(edit)\" }"
        }
        try SwiftSite.with(source(0), directives: "SwiftDebug On") { server throws in
            #expect(try server.app().text == "0")
            let load = try server.hammer("/app/x.do", connections: 4) {
                guard Int($0.text) != nil else { throw Unexpected(text: $0.text) }
            } while: {
                for edit in 1...20 {
                    // In one step, as careful editors do.
                    try server.write("app/new", "import ModSwift\n\(source(edit))\n")
                    rename("\(server.htdocs)/app/new", "\(server.htdocs)/app/app.swift")
                    #expect(try server.app().text == "\(edit)")
                }
            }
            #expect(load.errors == [:])
            #expect(Set(load.statuses.keys) == [200])
        }
    }

    @Test(arguments: [MPM.event, .prefork])
    func twoHundredFirstRequestsMakeOneBuild(_ mpm: MPM) throws {
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm,
            text: """
                <Directory "${HTDOCS}/app">
                    AddHandler mod_swift .do
                    SwiftHandler app
                </Directory>
                """)
        configuration.children = mpm == .prefork ? 220 : 8
        configuration.threadsPerChild = mpm == .prefork ? 1 : 32
        try HTTPD.with(configuration) { server throws in
            try server.writeApp(Self.hello)
            let load = server.hammer(
                "/app/x.do", connections: 200, requestsPerConnection: 1
            ) {
                guard $0.text == "good" else { throw Unexpected(text: $0.text) }
            }
            #expect(load.statuses == [200: 200])
            #expect(load.errors == [:])
            #expect(server.builds == 1)
            print("\(mpm): 200 first requests in \(load.duration), \(server.builds) build")
        }
    }

    @Test(arguments: ["On", "Off"])
    func onOneConnectionNoOlderAnswerFollowsANewerOne(debug: String) throws {
        func source(_ edit: Int) -> String {
            "import ModSwift\nfunc handler(_ req: Request) -> String { \"\(edit)\" }\n"
        }
        try SwiftSite.with("", directives: "SwiftDebug \(debug)") { server throws in
            try server.write("app/app.swift", source(0))
            #expect(try server.app().text == "0")
            let readers = (0..<4).map { _ in OrderedReader(server, requests: 2_500) }
            for reader in readers { reader.start() }
            for edit in 1...20 {
                Thread.sleep(forTimeInterval: 0.3)
                try server.write("app/new", source(edit))
                rename("\(server.htdocs)/app/new", "\(server.htdocs)/app/app.swift")
            }
            for reader in readers {
                #expect(try reader.outcome() == nil)
                #expect(reader.seen.count > 1)
            }
            #expect(eventually { (try? server.app().text) == "20" })
            print("debug \(debug): \(readers.map { $0.seen.count }) versions seen")
        }
    }

    @Test func aGigabyteIsStreamedBothWaysInConstantMemory() throws {
        let source = """
            func handler(_ req: Request) async throws -> String {
                var size = 0
                for try await chunk in req.body { size += chunk.count }
                return "\\(size)"
            }
            func send(_ req: Request) throws {
                let block = [UInt8](repeating: 120, count: 65_536)
                for _ in 0..<16_384 { req.write(block) }
            }
            func file(_ req: Request) throws {
                try req.sendFile(req.filename!.replacing("x.do", with: "big"))
            }
            """
        for handler in ["app", "app::send", "app::file"] {
            try SwiftSite.with(source, mpm: .prefork, handler: handler) { server throws in
                let big = "\(server.htdocs)/app/big"
                #expect(FileManager.default.createFile(atPath: big, contents: nil))
                #expect(truncate(big, 1 << 30) == 0)
                server.configuration.children = 1
                _ = try server.curl("/app/x.do", "-o", "/dev/null", timeout: .seconds(120))
                let child = try #require(server.childPIDs.first)
                let before = try ProcessResources.memory(of: child)
                let upload = handler == "app" ? ["-T", big, "-X", "POST"] : ["-o", "/dev/null"]
                let start = ContinuousClock.now
                if handler == "app" {
                    let answer = try server.curl(
                        "/app/x.do", upload[0], upload[1], upload[2], upload[3],
                        timeout: .seconds(300))
                    #expect(answer.text == "1073741824")
                } else {
                    _ = try server.curl("/app/x.do", upload[0], upload[1], timeout: .seconds(300))
                }
                let growth = try ProcessResources.memory(of: child) - before
                print("\(handler): 1 GiB in \(ContinuousClock.now - start), \(growth) KB more")
                #expect(growth < 2048)
            }
        }
    }

    @Test(arguments: MPM.allCases, ["1", "1000"])
    func twoHundredThousandRequestsOfWhichOneInAHundredTraps(_ mpm: MPM, drain: String) throws {
        try TrapLoad.run(requests: 200_000, drain: drain, mpm: mpm)
    }

    private func descriptors(of server: HTTPD) throws -> Int {
        try ProcessResources.descriptors(of: #require(server.pid))
    }

    /// Returns the number of memory segments that the parent shares with its children.
    private func sharedMemory(of server: HTTPD) throws -> Int {
        let parent = try #require(server.pid)
        return try lines(of: "/proc/\(parent)/maps").count {
            $0.split(separator: " ").dropFirst().first?.hasSuffix("s") == true
        }
    }

    /// Returns the number of semaphores in the whole system.
    private func semaphores() throws -> Int { try lines(of: "/proc/sysvipc/sem").count }

    private func lines(of path: String) throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    /// Returns the number of builders that write into a cache: other servers have builders of their
    /// own.
    private func builders(of cache: String) -> Int {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.count { name in
            let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            let arguments = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return arguments.first?.hasSuffix("/mod_swift_build") == true
                && arguments.contains("cache=\(cache)")
        }
    }
}

/// Requests the same page repeatedly on one connection, and checks the order of the responses.
private final class OrderedReader: @unchecked Sendable {  // The thread writes, then ends.
    private let server: HTTPD
    private let requests: Int
    private let done = DispatchSemaphore(value: 0)
    private var problem: String?
    private(set) var seen: Set<Int> = []

    init(_ server: HTTPD, requests: Int) {
        self.server = server
        self.requests = requests
    }

    func start() {
        let thread = Thread { [self] in
            do {
                try read()
            } catch {
                problem = "\(error)"
            }
            done.signal()
        }
        thread.start()
    }

    /// Returns the first error; nil if there was none.
    func outcome() throws -> String? {
        guard done.wait(timeout: .now() + 300) == .success else { return "time ran out" }
        return problem
    }

    private func read() throws {
        var connection = try server.connect()
        var newest = -1
        for _ in 0..<requests {
            if !connection.isReusable {
                // Another connection may be another process, which may not be as far yet.
                connection = try server.connect()
                newest = -1
            }
            let answer = try connection.request("GET", "/app/x.do")
            guard answer.status == 200, let edit = Int(answer.text) else {
                throw Unexpected(text: "\(answer.status) \(answer.text)")
            }
            guard edit >= newest else { throw Unexpected(text: "\(edit) after \(newest)") }
            newest = edit
            seen.insert(edit)
            Thread.sleep(forTimeInterval: 0.002)
        }
    }
}
