// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FormCoding

@Suite struct MultipartTests {
    private static let type = "multipart/form-data; boundary=XB7"

    private func part(_ header: String, _ content: String, _ lineBreak: String = "\r\n") -> String {
        "--XB7\(lineBreak)Content-Disposition: form-data; \(header)\(lineBreak)\(lineBreak)"
            + content + lineBreak
    }

    /// Parses the form, and checks that every cut gives the same result.
    private func form(_ body: String) -> ParsedForm {
        let bytes = Array(body.utf8)
        let whole = ParsedForm(bytes, contentType: Self.type)
        for cut in 0...bytes.count {
            #expect(ParsedForm(bytes, contentType: Self.type, cuts: [cut]) == whole, "\(cut)")
        }
        let single = ParsedForm(bytes, contentType: Self.type, cuts: Array(0..<bytes.count))
        #expect(single == whole)
        return whole
    }

    private func values(_ body: String) -> [String] {
        form(body).fields.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" }
    }

    @Test func theFirstDelimiterSaysHowLinesEnd() {
        let body = part("name=a", "1\r\n2\r", "\n") + part("name=b", "", "\n") + "--XB7--\n"
        #expect(values(body) == ["a=1\r\n2\r", "b="])
        #expect(values(part("name=a", "x\n--XB7\ny") + "--XB7--") == ["a=x\n--XB7\ny"])
    }

    @Test(arguments: [
        "\r\n--XB7x", "\r\n--XB7-x", "\r\n--XB7\rx", "\r\n--XB7\r\r", "\r\r\n--XB", "\n--XB7--",
        "\r\n-\r\n--\r\n--X\r\n--XB\r\n--XB7", "--XB", "-", "\r", "\r\n", "x\r\n--XB7\r\r\n--XB7-",
    ])
    func contentThatLooksLikeADelimiterStays(content: String) {
        let body = part("name=a", content + "!") + "--XB7--\r\n"
        #expect(values(body) == ["a=\(content)!"])
    }

    @Test func aPartMayHaveNoContent() {
        let body = "--XB7\r\nContent-Disposition: form-data; name=a\r\n\r\n--XB7--"
        #expect(values(body) == ["a="])
    }

    @Test(arguments: [
        ("", 400), ("--XB7", 400), ("--XB7\r\n", 400), ("--XB7-", 400), ("--XB7--", 200),
        ("--XB7 x\r\n", 400), ("--XB7 \rx", 400), ("no delimiter", 400), ("x--XB7--", 400),
        ("--XB7\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XB7", 400),
        ("--XB7\r\nContent-Disposition: form-data; name=a\r\n\r\n1--XB7--", 400),
        ("--XB7\r\nContent-Disposition: form-data; name=a\r\n--XB7--", 400),
        ("--XB7\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n--XB7--", 400),
        (
            "--XB7\r\nContent-Disposition: form-data; name=a\r\n"
                + "Content-Disposition: form-data; name=b\r\n\r\n--XB7--", 400
        ),
        ("--XB7\r\n: x\r\n\r\n--XB7--", 400), ("--XB7\r\na b: x\r\n\r\n--XB7--", 400),
        ("--XB7\r\nContent-Disposition: form-data; name=\"a\rb\"\r\n\r\n--XB7--", 400),
    ])
    func whatIsMalformedIs400(body: String, status: Int) {
        #expect(form(body).status == status)
    }

    @Test func namesAreUnescapedAsBrowsersEscapeThem() {
        let body = part("name=\"a%22b%0D%0Ac%41%0d\"; filename=\"%22.txt\"", "") + "--XB7--"
        #expect(form(body).fields.map(\.name) == ["a\"b\r\nc%41%0d"])
        #expect(form(body).fields.map(\.filename) == ["\".txt"])
    }

    @Test(
        arguments: [
            ("name=a; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
            ("name=a; filename=\"x.txt\"; filename*=utf-8'en'y.txt", "y.txt"),
            ("name=a; filename=\"x.txt\"; filename*=latin9''y.txt", "x.txt"),
            ("name=a; filename=\"x.txt\"; filename*=y", "x.txt"), ("name=a; filename=", ""),
            ("name=a", nil), ("name=a; filename*=y", nil),
        ] as [(String, String?)])
    func fileNamesAreRead(header: String, expected: String?) {
        #expect(form(part(header, "") + "--XB7--").fields.map(\.filename) == [expected])
    }

    @Test func aHeaderBlockHasALimit() throws {
        let body = Array((part("name=a", "1") + "--XB7--").utf8)
        let size = "Content-Disposition: form-data; name=a\r\n\r\n".utf8.count
        for (limit, isRight) in [(size, true), (size - 1, false)] {
            var parser = MultipartParser(boundary: Array("XB7".utf8), maximumHeaderSize: limit)
            var position = 0
            let parse = { while try parser.next(in: body.span, from: &position) != nil {} }
            if isRight {
                try parse()
            } else {
                #expect(throws: MultipartError.headerTooLarge) { try parse() }
            }
        }
    }

    @Test func theLongestBoundaryIsFoundInTextMadeOfIt() {
        let boundary = String(repeating: "a", count: 70)
        let content =
            String(repeating: "a", count: 500) + "\r\n--" + String(repeating: "a", count: 69)
        let body = Array(
            ("--\(boundary)\r\nContent-Disposition: form-data; name=a\r\n\r\n\(content)b"
                + "\r\n--\(boundary)--").utf8)
        let type = "multipart/form-data; boundary=\(boundary)"
        for step in [1, 7, 71, 1000] {
            let cuts = Array(stride(from: 0, to: body.count, by: step))
            let form = ParsedForm(body, contentType: type, cuts: cuts)
            #expect(form.fields.map(\.value) == [Array("\(content)b".utf8)])
        }
    }
}
