// SPDX-License-Identifier: Apache-2.0
//
// The table of PageEscapingTests in a browser: make soak.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(30)))
struct PageBrowserSoakTests {
    /// The page's own scripts check the browser's interpretation of the data, and fire all events.
    private static let page = """
        <% let v = form.getFirst("v") ?? "" %><!DOCTYPE html>
        <html><head><meta charset="utf-8"><title><%= v %></title>
        <script>var ran = 0; function alert() { ran++ } function f(x) { window.given = x }</script>
        <style>p::after { content: "<%= v %>" } #own { color: rgb(1, 2, 3) }</style></head><body>
        <p id="text"><%= v %></p><p id="own" title="<%= v %>"></p><p id="single" title='<%= v %>'></p>
        <a id="url" href="<%= v %>">x</a><a id="query" href="/p?q=<%= v %>&amp;r=1">x</a>
        <p id="event" onclick="f('<%= v %>')"></p>
        <p id="style" style="background: url('<%= v %>'); color: rgb(4, 5, 6)"></p>
        <!-- <%= v %> --><textarea id="area">x<%= v %></textarea>
        <script>var s = "<%= v %>", t = 'a<%= v %>b', u = `<%= v %>`;</script>
        <pre id="result"></pre>
        <script>
        function id(name) { return document.getElementById(name) }
        id("event").click()
        if (id("url").protocol === "javascript:") { id("url").click() }
        setTimeout(function () {
            id("result").textContent = encodeURIComponent(JSON.stringify([
                ran, document.querySelectorAll("*").length, id("text").textContent, id("own").title,
                id("single").title, window.given, s, t, u, id("area").value,
                new URL(id("query").href).searchParams.get("q"), getComputedStyle(id("own")).color,
                getComputedStyle(id("style")).color
            ]).replace(/[^ -~]/g, function (unit) {
                // As an escape: Foundation leaves a byte order mark out at the beginning of a text.
                return String.fromCharCode(92) + "u" + unit.charCodeAt(0).toString(16).padStart(4, "0")
            }))
        }, 50)
        </script></body></html>
        """

    @Test func noScriptOfTheDataRunsAndAllTextIsWhatWasPutIn() throws {
        try PageSite.with(["page.psp": Self.page]) { server throws in
            _ = try server.page("page.psp?v=")
            var sizes: Set<Int> = []
            for value in PageEscapingTests.hostile {
                let result = try result(of: value, server)
                #expect(result.ran == 0, "\(value.debugDescription)")
                sizes.insert(result.elements)
                let expected =
                    [value, value, value, value, value, "a\(value)b", value, "x\(value)", value]
                    + ["rgb(1, 2, 3)", "rgb(4, 5, 6)"]
                #expect(result.texts == expected, "\(value.debugDescription)")
            }
            #expect(sizes.count == 1)
        }
    }

    private func result(
        of value: String, _ server: HTTPD
    ) throws -> (ran: Int, elements: Int, texts: [String]) {
        let query = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let document = try withTemporaryDirectory { directory in
            try Shell.run(
                [
                    "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                    "--user-data-dir=\(directory)", "--virtual-time-budget=2000", "--dump-dom",
                    "http://127.0.0.1:\(server.port)/psp/page.psp?v=\(query)",
                ], environment: ["HOME": directory])
        }
        let encoded =
            document.components(separatedBy: "<pre id=\"result\">").last?
            .components(separatedBy: "</pre>").first ?? ""
        let data = Data((encoded.removingPercentEncoding ?? "").utf8)
        let parts = try #require(try JSONSerialization.jsonObject(with: data) as? [Any])
        return (
            parts[0] as? Int ?? -1, parts[1] as? Int ?? -1,
            parts.dropFirst(2).map { $0 as? String ?? "?" }
        )
    }
}
