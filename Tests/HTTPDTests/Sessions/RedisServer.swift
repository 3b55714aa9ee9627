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
        let server = try RedisServer()
        try server.start()
        defer { server.stop() }
        return try body(server)
    }

    private init() throws { port = try FreePort.any() }

    func start() throws {
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

/// A port that nobody listens on at the moment.
enum FreePort {
    static func any() throws -> Int {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard bound else { throw RedisServer.RedisError(port: 0) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
