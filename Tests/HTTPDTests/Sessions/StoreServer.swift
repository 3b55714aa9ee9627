// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization

/// A server that stores sessions, on a port of its own, empty at the start.
final class StoreServer: Sendable {
    enum Kind: Sendable {
        case redis, memcached

        /// Returns a shell command that becomes the server.
        func command(port: Int) -> String {
            switch self {
            // The program of Debian's redis-tools acts as a redis-server if it is called by that
            // name; the package redis-server would start a server for the whole system.
            case .redis:
                "exec -a redis-server /usr/bin/redis-check-rdb --port \(port) --bind 127.0.0.1 "
                    + "--save '' --appendonly no"
            // Its default limit is 1 MiB per item, and it refuses to run as root.
            case .memcached:
                "exec memcached -l 127.0.0.1 -p \(port) -U 0 -I 2m -m 128 "
                    + (geteuid() == 0 ? "-u nobody" : "")
            }
        }

        /// Whether the server replies to a client.
        func isReady(port: Int) -> Bool {
            let (question, start) = self == .redis ? ("PING", "+PONG") : ("version", "VERSION")
            let script = """
                exec 3<>/dev/tcp/127.0.0.1/\(port) && printf '\(question)\\r\\n' >&3 && head -n 1 <&3
                """
            return (try? Shell.run(["timeout", "2", "bash", "-c", script]))?.hasPrefix(start)
                == true
        }
    }

    let kind: Kind
    let port: Int
    private let process = Mutex<Process?>(nil)

    static func with<Result>(_ kind: Kind, _ body: (StoreServer) throws -> Result) throws -> Result
    {
        var server = StoreServer(kind)
        for _ in 0..<5 {
            do {
                try server.start()
                break
            } catch {
                // Another process has the port.
                server.stop()
                server = StoreServer(kind)
            }
        }
        defer { server.stop() }
        return try body(server)
    }

    private init(_ kind: Kind) {
        self.kind = kind
        port = Int.random(in: 21_000..<30_000)
    }

    /// Starts the server, unless it is running.
    func start() throws {
        if process.withLock({ $0 != nil }) { return }
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/bin/bash")
        server.arguments = ["-c", kind.command(port: port)]
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        process.withLock { $0 = server }
        // The server that replies may be another one.
        let isReady = eventually {
            !server.isRunning || kind.isReady(port: port)
        }
        guard isReady, server.isRunning else { throw StartError(kind: kind, port: port) }
    }

    func stop() {
        process.withLock { process in
            guard let server = process else { return }
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
            process = nil
        }
    }

    struct StartError: Error {
        let kind: Kind
        let port: Int
    }
}
