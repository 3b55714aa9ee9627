// SPDX-License-Identifier: Apache-2.0

/// An HTTP/2 frame (RFC 9113, section 4), valid or not.
struct HTTP2Frame {
    enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let priority: UInt8 = 2
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let pushPromise: UInt8 = 5
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
        static let continuation: UInt8 = 9
    }

    enum Flags {
        static let endOfStream: UInt8 = 1
        static let acknowledgement: UInt8 = 1
        static let endOfHeaders: UInt8 = 4
        static let padded: UInt8 = 8
        static let priority: UInt8 = 32
    }

    /// The first bytes that a client sends.
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    var kind: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    init(_ kind: UInt8, _ flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        (self.kind, self.flags, self.stream, self.payload) = (kind, flags, stream, payload)
    }

    /// Creates a frame without flags.
    init(_ kind: UInt8, stream: UInt32 = 0, _ payload: [UInt8]) {
        self.init(kind, 0, stream: stream, payload)
    }

    /// The frame as it is sent.
    var bytes: [UInt8] {
        let length = [16, 8, 0].map { UInt8(truncatingIfNeeded: payload.count >> $0) }
        return length + [kind, flags] + Self.bytes(of: stream) + payload
    }

    /// Returns a number as four bytes.
    static func bytes(of number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// Returns the frames at the beginning of received data; an incomplete one at its end is
    /// ignored.
    static func frames(in bytes: [UInt8]) -> [HTTP2Frame] {
        var frames: [HTTP2Frame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = number(head[..<3])
            guard rest.count >= 9 + length else { break }
            frames.append(
                HTTP2Frame(
                    head[3], head[4], stream: UInt32(number(head[5...])) & 0x7FFF_FFFF,
                    Array(rest.dropFirst(9).prefix(length))))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    /// Returns the number that bytes represent.
    static func number(_ bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Encodes literal fields that are not added to a table (RFC 7541, section 6.2.2), byte by byte
    /// as Latin-1.
    static func encoded(_ fields: [(String, String)]) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block.append(0)
            for text in [name, value] {
                let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
                block += encoded(length: bytes.count) + bytes
            }
        }
        return block
    }

    /// Encodes a number with a seven-bit prefix (RFC 7541, section 5.1).
    private static func encoded(length: Int) -> [UInt8] {
        guard length >= 127 else { return [UInt8(length)] }
        var (bytes, rest): ([UInt8], Int) = ([127], length - 127)
        while rest >= 128 {
            bytes.append(UInt8(rest % 128 + 128))
            rest /= 128
        }
        return bytes + [UInt8(rest)]
    }
}
