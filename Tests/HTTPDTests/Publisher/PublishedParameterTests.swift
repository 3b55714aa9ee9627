// SPDX-License-Identifier: Apache-2.0
//
// The sources of arguments for published functions, and the messages about invalid ones.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PublishedParameterTests {
    @Test func argumentsComeFromTheForm() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            for (path, expected) in [
                ("say?what=hello", "I am saying hello"), ("say?what=", "I am saying "),
                ("say?what=a&what=b", "I am saying a"), ("say?other=a", "I am saying NOTHING"),
                ("f?a=42", "42"), ("f?a=-7", "-7"), ("f?a=%2B42", "42"),
                ("double?a=1.5e3", "1500.0 0.5"), ("double?a=-0&b=2", "-0.0 2.0"),
                ("bool", "false nil"), ("bool?on=on&sure=false", "true false"),
                ("bool?on=1&sure=", "true nil"),
                ("colour?c=red&l=2", "red high [] nil"),
                (
                    "colour?c=green&l=1&more=red&more=green&maybe=2",
                    "green low [\"red\", \"green\"] high"
                ),
                ("optional", "-1 nil"), ("optional?a=3&b=", "3 "), ("optional?a=", "-1 nil"),
                ("list?a=1&a=2&b=", "[1, 2] [\"\"]"), ("list", "[] [\"x\"]"),
                ("defaults", "7 7 green"), ("defaults?a=1", "1 7 green"),
                ("defaults?b=x&c=red", "7 x red"), ("defaults?a=1&b=&c=red", "1  red"),
                ("defaults?a=", "7 7 green"), ("first-name?last-name=x", "x"),
                ("user/42?page=2", "user 42 page 2"), ("user/42/?page=2", "user 42 page 2"),
                ("counter/next?a=5", "15"),
                ("order?item=apple&count=3", "apple 3 none"),
                ("order?order.item=pear&order[count]=4&item=x&count=1", "pear 4 none"),
                ("order?item=a&count=1&second[item]=b&second[count]=2", "a 1 b"),
                ("whole?item=a&count=2", "a 2"), ("whole/9?item=a&count=2", "404"),
                ("day/2024-02-29", "2024-02-29"), ("day?when=x&day=2024-01-01", "400"),
                ("form?a=1&b=2", "2 fields"),
            ] {
                let response = try server.pub("form/\(path)")
                #expect(
                    Int(expected).map { [400, 404].contains($0) } == true
                        ? response.status == Int(expected)
                        : response.status == 200 && response.text == expected,
                    "\(path): \(response.status) \(response.text)")
            }
        }
    }

    @Test func aFormIsPostedInEitherWay() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            let fields = "name=Ann&email=a%40b.c&comment=Hi&extra=dropped"
            let type = ["Content-Type": "application/x-www-form-urlencoded"] as HeaderFields
            let posted = try server.post("/pub/form/email", .text(fields), headers: type)
            let queried = try server.pub("form/email?\(fields)")
            for response in [posted, queried] {
                #expect(response.text == "<html>Thank you, Ann</html>")
                #expect(response.headers["Content-Type"] == "text/html; charset=utf-8")
            }
            let blank = try server.pub("form/email?name=Ann&email=&comment=Hi")
            #expect(blank.text == "A required parameter is missing")
            #expect(blank.headers["Content-Type"] == "text/plain; charset=utf-8")
        }
    }

    @Test func uploadsAreFields() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            let body = """
                --x\r
                Content-Disposition: form-data; name="title"\r
                \r
                T\r
                --x\r
                Content-Disposition: form-data; name="photo"; filename="a.jpg"\r
                Content-Type: image/jpeg\r
                \r
                JPEG\r
                --x--\r

                """
            let type = ["Content-Type": "multipart/form-data; boundary=x"] as HeaderFields
            let response = try server.post("/pub/form/photo", .text(body), headers: type)
            #expect(response.text == "T a.jpg image/jpeg 4 0 none")
            let upload = try server.post("/pub/form/upload", .text(body), headers: type)
            #expect(upload.text == "a.jpg 4")
            let text = try server.post("/pub/form/title", .text(body), headers: type)
            #expect(text.text == "photo is a file, where text is expected\n")
            #expect(try server.pub("form/photo?title=T").text == "photo is missing\n")
            #expect(try server.pub("form/upload?photo=x").text == "photo is not a file\n")
        }
    }

    private static let mistakes: [(String, [String])] = [
        ("email", ["name", "email", "comment"]), ("email?name=x", ["email", "comment"]),
        ("f", ["a"]), ("f?a=", ["a"]), ("f?a=+42", ["a"]), ("f?a=42+", ["a"]),
        ("f?a=99999999999999999999", ["a"]), ("double?a=nan", ["a"]), ("double?a=0x10", ["a"]),
        ("double?a=1e999&b=x", ["a", "b"]), ("bool?on=maybe&sure=perhaps", ["on", "sure"]),
        ("colour?c=blue&l=3&more=red&more=x&maybe=x", ["c", "l", "more", "maybe"]),
        ("all?a=x&b=y&c=z&d=256", ["a", "b", "c", "d"]), ("optional?a=x", ["a"]),
        ("list?a=1&a=x", ["a"]), ("defaults?a=x&c=blue", ["a", "c"]), ("user/x", ["id"]),
        ("user", ["id"]), ("pair/a/blue", ["b"]), ("order?count=x", ["item", "count"]),
        ("user/x?page=y", ["id", "page"]), ("day/monday", ["day"]),
    ]

    @Test(
        .bug(id: "N3-02", "a missing field was 500"))
    func whatIsWrongIsSaidAtOnce() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            for (path, names) in Self.mistakes {
                let response = try server.pub("form/\(path)")
                #expect(response.status == 400, "\(path)")
                #expect(response.headers["Content-Type"] == "text/plain; charset=utf-8")
                let lines = response.text.split(separator: "\n")
                #expect(
                    lines.map { String($0.prefix { $0 != " " }) } == names,
                    "\(path): \(response.text)")
            }
        }
    }

    @Test func errorDocumentsAreAsked() throws {
        let documents = """
            ErrorDocument 400 "the document of 400"
            ErrorDocument 405 "the document of 405"
            """
        try PublisherSite.with(PublisherSite.form, global: documents) { server throws in
            let wrong = try server.pub("form/user/x")
            #expect(wrong.status == 400 && wrong.text == "the document of 400")
            let refused = try server.request("DELETE", "/pub/form/text")
            #expect(refused.status == 405 && refused.text == "the document of 405")
            #expect(refused.headers["Allow"]?.contains("GET") == true)
        }
    }

    @Test func tenThousandFieldsAreRefused() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            let fields = (0..<10_000).map { "a\($0)=1" }.joined(separator: "&")
            let type = ["Content-Type": "application/x-www-form-urlencoded"] as HeaderFields
            let response = try server.post("/pub/form/f", .text(fields), headers: type)
            #expect(response.status == 413)
            try server.expectLog(containing: "MSW0600")
            // A function that takes nothing from the form does not read it.
            #expect(try server.post("/pub/form/text", .text(fields), headers: type).status == 200)
        }
    }
}
