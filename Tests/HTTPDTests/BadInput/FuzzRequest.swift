// SPDX-License-Identifier: Apache-2.0

/// Creates requests. Most are tame: odd, but httpd passes them to a handler. The others are wild:
/// anything may be wrong.
struct FuzzRequest {
    private var random: FuzzRandom
    private var bytes: [UInt8] = []
    private var lineEnd = "\r\n"
    private let isWild: Bool

    private init(_ random: FuzzRandom) {
        self.random = random
        isWild = self.random.chance(22)
    }

    /// Appends a request.
    static func append(to bytes: inout [UInt8], _ random: inout FuzzRandom) {
        var request = FuzzRequest(random)
        request.write()
        bytes += request.bytes
        random = request.random
    }

    private mutating func write() {
        if wild(8) { lineEnd = random.pick(["\n", "\r", "\r\r\n"]) }
        writeRequestLine()
        if !wild(10) { writeHost() }
        for _ in 0..<random.below(wild(8) ? 120 : 9) { writeHeader() }
        writeBody()
    }

    /// Whether to write something invalid here.
    private mutating func wild(_ percent: Int) -> Bool { isWild && random.chance(percent) }

    private mutating func put(_ text: String) { bytes += text.utf8 }
    private mutating func line(_ text: String) { put(text + lineEnd) }
    private mutating func put(_ tame: [String], wild: [String], _ percent: Int) {
        put(random.pick(self.wild(percent) ? wild : tame))
    }

    // MARK: The first line

    private mutating func writeRequestLine() {
        if wild(5) {
            bytes += random.bytes(upTo: 12)
        } else {
            put(
                [
                    "GET", "GET", "GET", "GET", "POST", "POST", "POST", "PUT", "HEAD", "OPTIONS",
                    "DELETE", "PATCH", "PROPFIND", "BREW", "get", "M-SEARCH",
                ], wild: ["TRACE", "CONNECT", "OPTIONS", "", "G\tT"], 15)
        }
        put([" "], wild: ["  ", "\t", ""], 5)
        writeTarget()
        put(
            [" HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.0"],
            wild: [
                "", " ", " HTTP/0.9", " HTTP/2.0", " HTTP/1.9", " HTTP/1", " http/1.1",
                " HTTP/11.1",
                " HTTP/1.1 ", " HTTP/-1.1", " FTP/1.1",
            ], 25)
        put(lineEnd)
    }

    private mutating func writeTarget() {
        if random.chance(15) {
            put(
                ["http://", "https://", "HTTP://"], wild: ["ftp://", "h:", "//", ":", "http:/"], 40)
            if random.chance(40) {
                put(
                    ["ann@", "ann:secret@", "a:@"],
                    wild: ["@", ":@", "a:b:c@", "%00:%ff@", "a@b@"], 50)
            }
            writeAuthority()
            writePath()
        } else if wild(12) {
            if random.chance(50) { writeAuthority() } else { writeText(upTo: 40) }
        } else if wild(4) {
            put("*")
        } else {
            writePath()
        }
    }

    private mutating func writeAuthority() {
        put(
            [
                "localhost", "127.0.0.1", "every.example", "a.b.example", "[::1]", "UPPER.example",
                "a-b",
                "a.b.example.", "[::ffff:127.0.0.1]", "xn--nxasmq6b",
            ],
            wild: [
                "[::1%25lo]", "[", "]", "[]", "", ".", "a..b", "-", "0x7f.1", "a_b", "%6c", "\u{0}",
                String(repeating: "h", count: 300),
            ], 40)
        if random.chance(40) {
            put(
                [":80", ":65535", ":8080"],
                wild: [
                    ":0", ":65536", ":99999999999999999999", ":-1", ":", ":8o", "::", ":80:80",
                    ": 80",
                    ":0080",
                ], 50)
        }
    }

    private mutating func writePath() {
        put("/app/x")
        put(
            [".do", ".do", ".do", ".async", ".async", ".redirect", ".refuse", ".file"], wild: [""],
            3)
        if random.chance(40) {
            put("/")
            writeText(upTo: 30)
        }
        if random.chance(60) {
            put("?")
            writeText(upTo: random.chance(5) ? 7900 : 60)
        }
        if wild(5) { put(random.pick(["#", "#a", "#%23"])) }
    }

    /// Writes text that is allowed in a URI, and text that is not.
    private mutating func writeText(upTo count: Int) {
        let end = bytes.count + random.below(count + 1)
        while bytes.count < end {
            if random.chance(60) {
                put(random.pick(["a", "b", "c", "0", "9", "-", "_", "."]))
            } else if wild(5) {
                bytes.append(random.byte())
            } else {
                put(FuzzHeaders.pieces, wild: FuzzHeaders.refusedPieces, 10)
            }
        }
    }

    // MARK: Headers

    private mutating func writeHost() {
        if wild(5) { return line("Host: a" + lineEnd + "Host: b") }
        put(["Host: ", "Host: ", "host:", "HOST:\t"], wild: ["Host : ", "Host", " Host: "], 10)
        if random.chance(70) { put("127.0.0.1:1") } else { writeAuthority() }
        put(lineEnd)
    }

    private mutating func writeHeader() {
        switch random.below(20) {
        case 0..<7: line(random.pick(wild(30) ? FuzzHeaders.refusedFields : FuzzHeaders.fields))
        case 7..<9: writeAuthorization()
        case 9: writeRange()
        case 10: writeDate()
        case 11: writeRepeated()
        case 12: writeLong()
        case 13: line("X-Folded: a\(lineEnd) b\(lineEnd)\tc")
        case 14: if wild(50) { writeAnything() }
        default:
            put("X-\(random.below(5)): ")
            writeValue(upTo: 60)
            put(lineEnd)
        }
    }

    /// Writes bytes of a value that httpd accepts; sometimes one that it does not.
    private mutating func writeValue(upTo count: Int) {
        for _ in 0..<random.below(count + 1) {
            let byte = random.byte()
            let isControl = byte < 32 && byte != 9 || byte == 127
            bytes.append(isControl && !wild(3) ? (byte | 64) & 95 : byte)
        }
    }

    private mutating func writeAuthorization() {
        put(random.pick(["Authorization: ", "Proxy-Authorization: "]))
        put(random.pick(["Basic ", "Basic ", "basic\t", "Basic", "Bearer ", "Digest ", ""]))
        if random.chance(50) {
            put(random.pick(FuzzHeaders.credentials))
        } else {
            for _ in 0..<random.below(40) {
                put(random.pick(["Y", "W", "A", "/", "+", "=", "9", "*"]))
            }
        }
        put(lineEnd)
    }

    private mutating func writeRange() {
        put(random.pick(["Range: bytes=", "Range: ", "If-Range: ", "Range: lines="]))
        for _ in 0..<random.below(random.chance(5) ? 300 : 4) {
            put(
                random.pick([
                    "0-0", "-1", "5-", "9-2", "0-99999999999999999999", "-", ",", " ", "a",
                ]))
            put(",")
        }
        put(lineEnd)
    }

    private mutating func writeDate() {
        put(random.pick(["If-Modified-Since: ", "If-Unmodified-Since: ", "Date: ", "If-Range: "]))
        line(random.pick(FuzzHeaders.dates))
    }

    private mutating func writeRepeated() {
        let name = random.pick(["Cookie", "X-Same", "Accept", "Content-Type", "If-None-Match"])
        for number in 0..<random.below(wild(15) ? 105 : 80) { line("\(name): a=\(number)") }
    }

    private mutating func writeLong() {
        let count = random.pick(wild(50) ? [8170, 8190, 8200, 20_000] : [100, 1000, 4000, 8100])
        line("X-Long: " + String(repeating: random.pick(["a", "\u{7E}", " ", ","]), count: count))
    }

    private mutating func writeAnything() {
        bytes += random.bytes(upTo: 10)
        put(random.pick([":", ": ", "", " :"]))
        bytes += random.bytes(upTo: 20)
        put(lineEnd)
    }

    // MARK: The body

    private mutating func writeBody() {
        if wild(8) {
            line(
                "Transfer-Encoding: "
                    + random.pick(["identity", "gzip, chunked", "", "CHUNKED", "x"]))
        }
        switch random.below(100) {
        case 0..<55: put(lineEnd)
        case 55..<78: writeCounted()
        default: writeChunked()
        }
        if wild(8) { bytes += random.bytes(upTo: 50) }
    }

    private mutating func writeCounted() {
        if wild(10) { line("Transfer-Encoding: chunked") }
        let size = random.below(random.chance(5) ? 70_000 : 300)
        put("Content-Length: ")
        put(
            ["\(size)"],
            wild: [
                "\(size + 1)", "\(size / 2)", "-1", "0x10", "99999999999999999999", "", "1 1",
                "1,1", "+5",
                "\(Int.max)", "\u{0661}",
            ], 40)
        put(lineEnd)
        if wild(6) { line("Content-Length: 3") }
        put(lineEnd)
        for _ in 0..<(size + 7) / 8 {
            withUnsafeBytes(of: random.next()) { bytes += $0 }
        }
        bytes.removeLast((size + 7) / 8 * 8 - size)
    }

    private mutating func writeChunked() {
        line("Transfer-Encoding: chunked")
        if random.chance(20) { line("Trailer: X-Check") }
        put(lineEnd)
        for _ in 0..<random.below(6) {
            let part = random.bytes(upTo: 40) + [120]
            put(
                [String(part.count, radix: 16)],
                wild: [
                    "", "-1", "g", "fffffffff", "ffffffffffffffffff", "0x5", " 5", "5 ",
                    "\(part.count + 1)",
                ], 10)
            if random.chance(20) {
                put([";a=b", ";", " ;x"], wild: ["; q=\"\u{1}\"", ";é", ",", "\u{0}"], 40)
            }
            put(lineEnd)
            bytes += part
            if !wild(5) { put("\r\n") }
        }
        if !wild(10) { line(random.pick(["0", "0", "0", "000", "00;x"])) }
        if random.chance(20) {
            put(
                ["X-Check: 1", "Host: c", "X-\u{80}: a"],
                wild: [": a", "X-Bad\u{1}: a", "a", "\u{0}"], 50)
            put(lineEnd)
        }
        put(lineEnd)
    }
}
