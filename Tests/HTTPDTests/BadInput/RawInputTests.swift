// SPDX-License-Identifier: Apache-2.0
//
// What httpd answers to malformed, smuggled and oversized requests is httpd's affair: with mod_swift,
// and for a URL that Swift answers, it is what it was before.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RawInputTests {
    /// URLs of the examples; the plain server has files of these names.
    private static let paths = [
        "/hello/x.do", "/members/x.do", "/missing/page.html", "/upper/whisper.txt",
    ]

    /// What is sent. PATH stands for the URL, NEXT for a whole request for /other.txt.
    private static let inputs: [String] = [
        // Heads.
        "GET PATH HTTP/1.1\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost:\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET PATH HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX\u{0}Y: 1\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX: 1\u{0}2\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX: 1\rY: 2\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX: \u{7F}\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX(y): 1\r\n\r\n",
        "GET PATH HTTP/1.1\nHost: a\n\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\n",
        "GET PATH HTTP/1.1\r\nHost: a",
        // Request lines.
        "GET  PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET PATH  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\tPATH\tHTTP/1.1\r\nHost: a\r\n\r\n",
        " GET PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET PATH HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET PATH\r\n\r\n", "GET PATH HTTP/1.0\r\n\r\n", "GET PATH HTTP/0.9\r\n\r\n",
        "GET PATH HTTP/1.9\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET PATH HTTP/2.0\r\nHost: a\r\n\r\n", "GET PATH HTTP/1.10\r\nHost: a\r\n\r\n",
        "GET PATH HTTP/1\r\nHost: a\r\n\r\n", "GET PATH http/1.1\r\nHost: a\r\n\r\n",
        "GET PATH FTP/1.1\r\nHost: a\r\n\r\n", "GET\r\n\r\n", "\r\n", "",
        "GE(T PATH HTTP/1.1\r\nHost: a\r\n\r\n", "GET\u{0} PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET PATH\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", "GET PATH#f HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET PATH%00 HTTP/1.1\r\nHost: a\r\n\r\n", "GET PATH%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET PATH%2f HTTP/1.1\r\nHost: a\r\n\r\n", "GET PATH% HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /..PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%2e%2e/%2e%2ePATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "GET relative HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://b:99999PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://[::1PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT PATH HTTP/1.1\r\nHost: a\r\n\r\n", "TRACE PATH HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}",
        // Sizes.
        "GET PATH?" + String(repeating: "a", count: 9000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 9000) + "\r\n\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: a\r\n", count: 150) + "\r\n",
        "GET PATH HTTP/1.1\r\nHost: a\r\nX: a\r\n" + String(repeating: " b\r\n", count: 4000)
            + "\r\n",
        // Lengths.
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabcNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 3 3\r\n\r\nabcNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabcNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabcNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabcNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabcNEXT",
        // Chunks.
        "POST PATH HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u{B}chunked\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nNEXT",
        "POST PATH HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 3\r\n\r\nabcNEXT",
        "NEXTNEXT", "NEXTGET PATH HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nNEXT",
    ]

    /// A text is sent byte by byte as Latin-1, NUL and all.
    private static func exchange(_ input: String, _ server: HTTPD) throws -> String {
        let bytes = input.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let connection = try server.connect()
        do {
            try connection.write(bytes)
        } catch let error as HTTPClientError where error.kind == .connection {
            // A server need not read all of a bad request.
        }
        connection.finishSending()
        let answer: [UInt8]
        do {
            answer = try connection.readToEnd()
        } catch let error as HTTPClientError where error.kind == .truncated {
            answer = error.partial.body
        }
        return String(decoding: answer, as: UTF8.self)
            .replacing(/\r\n(Date|Last-Modified|ETag): [^\r]*/, with: "")
            .replacing(":\(server.port)", with: ":PORT")
    }

    /// Answers that are httpd's alone are compared whole, those of a handler by what is the same for
    /// any body: how many there are, with which statuses, in which order.
    private static func shown(_ answer: String) -> String {
        // To HTTP/0.9 a body is all there is.
        if !answer.isEmpty, !answer.hasPrefix("HTTP/") { return "a body" }
        let parts = answer.components(separatedBy: "HTTP/1.1 ")
        return parts.map { part in
            part.hasPrefix("200 ") || part.hasPrefix("401 ") ? String(part.prefix(3)) : part
        }.joined(separator: "HTTP/1.1 ")
    }

    private static func with(
        _ text: String, _ base: HTTPDConfiguration, _ body: (HTTPD) throws -> Void
    )
        throws
    {
        var configuration = base
        configuration.modules += ExampleSite.modules
        configuration.text = "ServerTokens Prod\nLogLevel crit\n\(text)"
        try HTTPD.with(configuration) { server in
            try server.write("other.txt", "other")
            try body(server)
        }
    }

    @Test func httpdsAnswersStayWhatTheyAre() throws {
        try Self.with(ExampleSite.membersWithoutSwift, HTTPDConfiguration()) { without throws in
            for path in Self.paths { try without.write(String(path.dropFirst()), "plain") }
            try without.write("users", "")
            try Self.with(ExampleSite.sections(), .modSwift()) { with throws in
                try ExampleSite.write(to: with)
                for path in Self.paths {
                    // Long enough for the build.
                    #expect(try with.get(path).status != 500)
                    for input in Self.inputs {
                        let next = "GET /other.txt HTTP/1.1\r\nHost: a\r\n\r\n"
                        let sent = input.replacing("PATH", with: path)
                            .replacing("NEXT", with: next)
                        let expected = Self.shown(try Self.exchange(sent, without))
                        let answer = Self.shown(try Self.exchange(sent, with))
                        #expect(answer == expected, "\(String(sent.prefix(200)).debugDescription)")
                    }
                }
            }
        }
    }
}
