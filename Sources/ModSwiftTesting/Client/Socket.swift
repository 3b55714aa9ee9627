// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A TCP connection to a port on 127.0.0.1 with a limit on every wait, and the data received from
/// it.
///
/// It also receives while it sends: otherwise, if a server responds while it reads (an echo, a
/// filter), the two would wait for each other.
final class Socket {
    private let descriptor: CInt
    /// Received bytes that have not been taken.
    private var buffer: [UInt8] = []
    private var start = 0
    private var hasEnded = false
    /// The reason why no more data arrives, if it is not a normal close by the server.
    private(set) var failure: String?

    init(port: Int, deadline: Deadline) throws {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, kind | CInt(SOCK_NONBLOCK.rawValue), 0)
        var on: CInt = 1
        setsockopt(
            descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
        guard LocalAddress(port: port).connect(descriptor) != 0 else { return }
        guard errno == EINPROGRESS else { throw Self.unreachable(port, errno) }
        _ = try wait(for: POLLOUT, deadline)
        let code = pendingError()
        guard code == 0 else { throw Self.unreachable(port, code) }
    }

    deinit { close(descriptor) }

    /// The received bytes that have not been taken.
    var received: ArraySlice<UInt8> { buffer[start...] }

    /// Takes the first received bytes.
    func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { start += count }
        return buffer[start..<start + count]
    }

    /// Waits for more bytes.
    ///
    /// - Returns: False if the connection has ended, normally or not (``failure``).
    func receive(_ deadline: Deadline) throws -> Bool {
        guard !hasEnded else { return false }
        _ = try wait(for: POLLIN, deadline)
        return receiveNow()
    }

    /// Sends everything; throws if the connection ends meanwhile.
    func send(_ bytes: [UInt8], _ deadline: Deadline) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let ready = try wait(for: POLLIN | POLLOUT, deadline)
            if ready & POLLIN != 0 { _ = receiveNow() }
            guard ready & POLLOUT != 0 else { continue }
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
            guard count >= 0 else {
                throw HTTPClientError(.connection, "cannot send: \(SystemError.lastText)")
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Shuts down the sending side.
    func finishSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    private func receiveNow() -> Bool {
        guard !hasEnded else { return false }
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        let count = withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { space in
            let count = recv(descriptor, space.baseAddress, space.count, 0)
            if count > 0 { buffer.append(contentsOf: space[..<count]) }
            return count
        }
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return true }
        if count < 0 { failure = SystemError.lastText }
        hasEnded = count <= 0
        return count > 0
    }

    /// Waits until one of several operations is possible on the connection; an error on it counts
    /// as all of them, and is reported by the next call.
    private func wait(for events: Int32, _ deadline: Deadline) throws -> Int32 {
        // A connection that has ended is always readable.
        let wanted = hasEnded ? events & ~POLLIN : events
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(wanted), revents: 0)
            let count = poll(&entry, 1, deadline.milliseconds)
            if count > 0 {
                let ready = Int32(entry.revents)
                return ready & (POLLERR | POLLHUP) == 0 ? ready : wanted
            }
            guard count < 0 && errno == EINTR || !deadline.hasPassed else {
                throw HTTPClientError(.timedOut, "time ran out")
            }
        }
    }

    private func pendingError() -> CInt {
        var code: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }

    private static func unreachable(_ port: Int, _ code: CInt) -> HTTPClientError {
        HTTPClientError(
            .connection, "no connection to 127.0.0.1:\(port): \(SystemError.text(code))")
    }
}
