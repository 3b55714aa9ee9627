// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization

/// A redis server on a port of its own, with nothing in it.
///
/// The program of Debian's redis-tools is a redis-server when it is called so; the package of that name
/// would start one for everybody.
final class RedisServer: Sendable {
    let port: Int
    private let process = Mutex<Process?>(nil)

    static func with<Result>(_ body: (RedisServer) throws -> Result) throws -> Result {
        var server = RedisServer()
        for _ in 0..<5 {
            do {
                try server.start()
                break
            } catch {
                // Somebody else has the port.
                server.stop()
                server = RedisServer()
            }
        }
        defer { server.stop() }
        return try body(server)
    }

    private init() { port = Int.random(in: 21_000..<30_000) }

    /// Starts it, unless it runs.
    func start() throws {
        if process.withLock({ $0 != nil }) { return }
        let redis = Process()
        redis.executableURL = URL(fileURLWithPath: "/bin/bash")
        redis.arguments = [
            "-c",
            "exec -a redis-server /usr/bin/redis-check-rdb --port \(port) --bind 127.0.0.1 --save '' "
                + "--appendonly no",
        ]
        redis.standardOutput = FileHandle.nullDevice
        redis.standardError = FileHandle.nullDevice
        try redis.run()
        process.withLock { $0 = redis }
        let answers = eventually(within: .seconds(10)) {
            (try? Shell.run(["redis-cli", "-p", "\(port)", "ping"]))?.hasPrefix("PONG") == true
        }
        guard answers else { throw RedisError(port: port) }
    }

    func stop() {
        process.withLock { process in
            guard let redis = process else { return }
            kill(redis.processIdentifier, SIGKILL)
            redis.waitUntilExit()
            process = nil
        }
    }

    struct RedisError: Error { let port: Int }
}
