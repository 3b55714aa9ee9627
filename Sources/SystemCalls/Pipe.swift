// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A pipe whose ends no other program inherits.
final class Pipe {
    private(set) var readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws { (readEnd, writeEnd) = try Self.ends() }

    /// Returns the two ends of a new pipe, for code that manages them itself.
    static func ends() throws -> (readEnd: Int32, writeEnd: Int32) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: the call fills in two descriptors.
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("pipe", "") }
        return (ends[0], ends[1])
    }

    func closeReadEnd() {
        if readEnd >= 0 { close(readEnd) }
        readEnd = -1
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    deinit {
        closeReadEnd()
        closeWriteEnd()
    }

    /// Reads until the other end is closed.
    ///
    /// - Returns: The data, and the reason why reading stopped before the end, if it did.
    func drain(
        until deadline: MonotonicTime?, limit: Int, watching lifeline: Int32?
    ) -> (bytes: [UInt8], reason: ProcessEnd?) {
        var bytes: [UInt8] = []
        while true {
            switch InputWait.wait(for: readEnd, or: lifeline, until: deadline) {
            case .first: break
            case .late: return (bytes, .timedOut)
            case .second: return (bytes, .abandoned)
            }
            guard let part = readPart() else { return (bytes, nil) }
            bytes.append(contentsOf: part.prefix(max(0, limit - bytes.count)))
        }
    }

    /// Returns the first byte; nil if the other end was closed without writing one.
    func byte() -> UInt8? { readPart()?.first }

    /// Returns the next bytes; nil at the end.
    private func readPart() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            // SAFETY: read(2) writes at most the buffer's count.
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe read(readEnd, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            return count > 0 ? Array(buffer[..<count]) : nil
        }
    }
}
