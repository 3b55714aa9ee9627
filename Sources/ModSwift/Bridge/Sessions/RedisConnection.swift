// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import SessionCoding
internal import Synchronization
internal import SystemCalls

/// The reply of redis.
enum RedisReply: Equatable {
    case null
    case text([UInt8])
    case integer(Int)

    var isOK: Bool { self == .text(Array("OK".utf8)) }
}

/// The connections of a process to a redis server. Each command has exclusive use of one.
final class RedisConnections: Sendable {
    private let address: RedisAddress
    private let idle = Mutex<[RedisConnection]>([])

    init(_ address: RedisAddress) { self.address = address }

    /// The maximum number of idle connections; further ones are closed.
    private static let mostIdle = 64

    /// Sends a command and waits for the reply, at most for the timeout in the store's address.
    ///
    /// Where an idle connection turns out to be closed, the command is sent again on a new one:
    /// each of our commands may be executed twice.
    ///
    /// - Throws: ``SessionError``.
    func command(_ arguments: [[UInt8]]) throws -> RedisReply {
        while let connection = idle.withLock({ $0.popLast() }) {
            if let reply = try finish(connection, arguments) { return reply }
            // The server was restarted: the other connections are closed as well.
            idle.withLock { $0.removeAll() }
        }
        let connection = try RedisConnection(address)
        guard let reply = try finish(connection, arguments) else {
            throw SessionError.store("redis: \(connection.problem)")
        }
        return reply
    }

    /// Returns nil if the connection is closed.
    private func finish(
        _ connection: RedisConnection, _ arguments: [[UInt8]]
    ) throws -> RedisReply? {
        guard let reply = try connection.command(arguments) else { return nil }
        idle.withLock { idle in
            if idle.count < Self.mostIdle { idle.append(connection) }
        }
        return reply
    }
}

// SAFETY: only one thread uses it at a time: the one that took it from the idle ones. The library
// is never unloaded.
/// One connection to a redis server.
@safe final class RedisConnection: @unchecked Sendable {
    // because one thread has it at a time
    private let connection: OpaquePointer
    private let functions: UnsafePointer<msw_redis_functions>
    /// The reason why it is closed.
    private(set) var problem = ""

    init(_ address: RedisAddress) throws {
        unsafe functions = try unsafe Self.library.get()
        var reply = unsafe msw_redis_reply()
        let milliseconds = Int32(address.timeout * 1000)
        guard
            let made = unsafe functions.pointee.connect(
                address.host, Int32(address.port), milliseconds, &reply)
        else {
            let place = address.port == 0 ? address.host : "\(address.host):\(address.port)"
            throw SessionError.store("redis at \(place): \(unsafe Self.text(reply))")
        }
        unsafe connection = made
        try introduce(address)
    }

    deinit { unsafe functions.pointee.close(connection) }

    private func introduce(_ address: RedisAddress) throws {
        var commands: [[String]] = []
        if let password = address.password {
            commands.append(["AUTH"] + (address.user.map { [$0] } ?? []) + [password])
        }
        if address.database != 0 { commands.append(["SELECT", "\(address.database)"]) }
        for words in commands {
            guard try command(words.map { Array($0.utf8) }) != nil else {
                throw SessionError.store("redis: \(problem)")
            }
        }
    }

    /// Sends a command; returns nil if the connection turns out to be closed.
    ///
    /// - Throws: ``SessionError`` with the message of redis.
    func command(_ arguments: [[UInt8]]) throws -> RedisReply? {
        var reply = unsafe msw_redis_reply()
        let bytes = arguments.flatMap(\.self)
        let lengths = arguments.map(\.count)
        // SAFETY: all bytes are in one array, borrowed for the call.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            // An empty array has no address.
            let base = unsafe bytes.baseAddress ?? UnsafePointer(bitPattern: 1)
            var offset = 0
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for length in lengths {
                unsafe pointers.append(
                    UnsafeRawPointer(base.map { unsafe $0 + offset })?
                        .assumingMemoryBound(to: CChar.self))
                offset += length
            }
            unsafe functions.pointee.command(
                connection, Int32(lengths.count), &pointers, lengths, &reply)
        }
        switch unsafe reply.kind {
        case MSW_REDIS_NIL: return .null
        case MSW_REDIS_INTEGER: return .integer(Int(unsafe reply.integer))
        case MSW_REDIS_TEXT: return .text(unsafe Self.bytes(reply))
        case MSW_REDIS_ERROR: throw SessionError.store("redis says \(unsafe Self.text(reply))")
        default:
            problem = unsafe Self.text(reply)
            return nil
        }
    }

    private static func bytes(_ reply: msw_redis_reply) -> [UInt8] {
        // SAFETY: valid until the connection's next call; copied here.
        unsafe [UInt8](UnsafeRawBufferPointer(start: reply.text, count: reply.length))
    }

    private static func text(_ reply: msw_redis_reply) -> String {
        String(decoding: unsafe bytes(reply), as: UTF8.self)
    }

    /// Loaded once, when a child first needs it.
    nonisolated(unsafe) private static let library:
        Result<UnsafePointer<msw_redis_functions>, SessionError> = {
            let path = "\(LibraryImage.directory)/libmsw_redis.so.1"
            guard let image = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
                let reason = ModSwift.text(unsafe dlerror()) ?? path
                return unsafe .failure(.store("the library for redis cannot be loaded: \(reason)"))
            }
            typealias Entry = @convention(c) () -> UnsafePointer<msw_redis_functions>?
            guard let symbol = unsafe dlsym(image, "msw_redis_library"),
                let functions = unsafe unsafeBitCast(symbol, to: Entry.self)(),
                unsafe functions.pointee.abi == MSW_REDIS_ABI
            else { return unsafe .failure(.store("\(path) is of another build")) }
            return unsafe .success(functions)
        }()
}
