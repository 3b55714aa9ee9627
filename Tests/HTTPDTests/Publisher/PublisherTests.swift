// SPDX-License-Identifier: Apache-2.0
//
// mod_swift::publisher: URLs, results, nested types. Section 6.1 of mod_python's manual.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PublisherTests {
    @Test(
        .bug(id: "N4-24", "a field named req broke the call"),
        .bug(id: "N6-09", "nothing to publish, with output written"),
        arguments: [MPM.event, .prefork])
    func urlsNameWhatIsPublic(_ mpm: MPM) throws {
        try PublisherSite.with(PublisherSite.form, mpm: mpm) { server throws in
            for (path, expected) in [
                ("form", "index of form"), ("form/", "index of form"),
                ("form/index", "index of form"), ("form/index/", "index of form"),
                ("form.swift", "index of form"), ("form.swift/text", "text"),
                ("form/text", "text"), ("form/text/", "text"), ("form/greeting", "hello"),
                ("form/late", "late"), ("form/nothing", "written"), ("form/silent", ""),
                ("form/say", "I am saying NOTHING"),
                ("form/say?req=x&what=it", "I am saying it"), ("form/nothing?req=x", "written"),
                ("form/user/42", "user 42 page 1"),
                ("form/user/42/?page=x", "user 42 page 1"),
                ("form/pair/a%20b", "a b red"), ("form/pair/a/green", "a green"),
                ("form/rest", "[]"), ("form/rest/a/b%2Ec/", "[\"a\", \"b.c\"]"),
                ("form/Admin", "index of Admin"), ("form/Admin/", "index of Admin"),
                ("form/Admin/index", "index of Admin"),
                ("form/Admin/users", "users 1 /pub/form/Admin/users"),
                ("form/Admin/all", "all"), ("form/Admin/Deep/down", "down"),
                ("form/counter", "called"), ("form/counter/name", "counter 10"),
            ] where !path.contains("page=x") {
                let response = try server.pub(path)
                #expect(response.status == 200, "\(path)")
                #expect(response.text == expected, "\(path)")
            }
        }
    }

    @Test(
        .bug(id: "N6-08", "no Content-Length"))
    func resultsBecomeResponses() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            for (path, type, expected) in [
                ("text", "text/plain; charset=utf-8", "text"),
                ("page", "text/html; charset=utf-8", "<p>page</p></HTML> \n"),
                (
                    "html", "text/html; charset=utf-8",
                    "<p title=\"&lt;b&gt;\">&lt;b&gt;<hr><i></p>"
                ),
                ("css", "text/css", "p {}"),
                ("json", "application/json", "[{\"item\":\"a\\\"\\n\",\"count\":2}]"),
                ("some", "application/json", "{\"item\":\"x\",\"count\":1}"),
                ("computed", "application/json", "{\"a\":1}"),
                ("number", "application/json", "42"),
                ("stream", "text/plain; charset=utf-8", "one two three"),
            ] {
                let response = try server.pub("form/\(path)")
                #expect(response.status == 200, "\(path)")
                #expect(response.headers["Content-Type"] == type, "\(path)")
                #expect(response.text == expected, "\(path)")
                // N6-08: nothing is flushed unnecessarily.
                #expect((response.headers["Content-Length"] != nil) == (path != "stream"))
                let head = try server.request("HEAD", "/pub/form/\(path)")
                #expect(head.status == 200 && head.text.isEmpty)
                #expect(head.headers["Content-Type"] == type, "\(path)")
            }
            let bytes = try server.pub("form/bytes")
            #expect(bytes.body == [0, 255])
            #expect(bytes.headers["Content-Type"] == "application/octet-stream")
            for (path, status) in [
                ("status", 409), ("thrown", 410), ("none", 404), ("noOrder", 404), ("silent", 200),
            ] {
                #expect(try server.pub("form/\(path)").status == status, "\(path)")
            }
        }
    }

    @Test func aTrapCostsOneResponse() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            #expect(try server.pub("form/trap").status == 500)
            try server.expectLog(containing: "MSW0401: SwiftHandler mod_swift::publisher: trapped")
            try server.expectLog(
                containing: "MSW0401: SwiftHandler mod_swift::publisher: trap 1: Index out of range"
            )
            #expect(try server.pub("form/text").text == "text")
        }
    }

    // MARK: Not published

    private static let nobodys = [
        "form/internalFunction", "form/internalValue", "form/privateFunction", "form/_underscored",
        "form/Internal/inner", "form/Internal/Public/inner", "form/Admin/hidden",
        "form/Admin/_underscored", "form/Admin/request", "form/counter/step", "form/counter/hidden",
        "form/String/secret", "form/greeting/secret", "form/greeting/count", "form/text/count",
        "form/+", "form/generic?a=1", "form/screen", "form/opaque", "form/later", "form/Order",
        "form/Order/item/x",
        "form/Colour/red", "form/handler", "form/mswRegisterHandlers", "form/msw_register_handlers",
        "form/Text", "form/tex", "form/text.html", "form/text.count", "form.text",
        "form/Admin.users",
        "form/Admin/Deep", "form/Admin/users/1", "form/..", "form/../form/internalValue",
        "form/%2E%2E/x", "form/text%00", "form/text%2F", "form/text%5C..", "form/%FF%FE",
        "form/nai%CC%88ve",
        "form/text/x", "form//text/x", "form/user", "form/user/1/2", "form/user/x",
        "form.html", "form.swift.swift", "_private/x", ".hidden", "nothing", "index",
        "form/say/what", "form/self", "form/init", "form/Admin/init", "form/deinit", "form/Type",
    ]

    @Test(
        .bug(id: "N6-01", "what is not public was shown"),
        .bug(id: "N6-02", "a hidden name was 403"),
        .bug(id: "N6-06", "a dot and a slash were the same"),
        .bug(id: "N6-07", "a returned function was called, with the form read again"))
    func whatIsNotPublicIsNotFound() throws {
        try PublisherSite.with(PublisherSite.form) { server throws in
            for path in Self.nobodys {
                let response = try server.pub(path)
                #expect([400, 404].contains(response.status), "\(path): \(response.status)")
                #expect(!response.text.contains("SECRET"))
            }
            // httpd does not search for a file with such a long path.
            server.allowLog(containing: "AH00127")
            let long = String(repeating: "a", count: 7000)
            #expect(try [403, 404].contains(server.pub("form/\(long)").status))
            #expect(try [403, 404].contains(server.pub(long).status))
            #expect(try server.pub("form/" + String(repeating: "a/", count: 1500)).status == 404)
            let rest = try server.pub("form/rest/" + String(repeating: "a/", count: 1500))
            #expect(rest.status == 200)
        }
    }

    /// httpd always merges the slashes in the path after a file.
    @Test(
        .bug(id: "N6-03", "an empty part of a path was 500"))
    func slashesThatAreNotMergedLeadNowhereElse() throws {
        try PublisherSite.with(PublisherSite.form, global: "MergeSlashes Off") { server throws in
            for path in ["form//text", "form///text//", "/form/text", "form/user//1", "form//"] {
                let response = try server.pub(path)
                #expect(
                    response.status == 404
                        || ["text", "user 1 page 1", "index of form"].contains(response.text),
                    "\(path)")
            }
        }
    }

    @Test func encodedSlashesAreSlashesOrNothing() throws {
        for setting in ["Off", "On", "NoDecode"] {
            try PublisherSite.with(
                PublisherSite.form, global: "AllowEncodedSlashes \(setting)"
            ) { server throws in
                let answers = [
                    "form/Admin%2Fusers", "form%2Ftext", "form/..%2F..%2Fetc/passwd",
                    "form/Internal%2Finner", "form/rest/a%2Fb",
                ]
                for path in answers {
                    let response = try server.pub(path)
                    #expect(!response.text.contains("SECRET") && !response.text.contains("root:"))
                    #expect([200, 400, 403, 404].contains(response.status), "\(path)")
                }
            }
        }
    }
}
