// SPDX-License-Identifier: Apache-2.0
//
// The filter of Examples, among httpd's own modules.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FilterExampleTests {
    private static let text = """
        SwiftPath "${HTDOCS}/upper"
        SwiftOutputFilter upper UPPER
        Alias /loud "${HTDOCS}/upper"
        AddType text/html .shtml
        AddType text/plain .txt
        RewriteEngine On
        RewriteRule "^/shout/(.*)$" "/upper/$1" [PT]
        ProxyPass "/far/" "http://127.0.0.1:${PORT}/plain/"
        <Location /far>
        SetOutputFilter UPPER
        </Location>
        <Directory "${HTDOCS}/upper">
        Options +Includes
        DirectoryIndex whisper.txt
        AddOutputFilter INCLUDES .shtml
        SetOutputFilter UPPER;DEFLATE
        </Directory>
        <Location /server-status>
        SetHandler server-status
        </Location>
        """

    @Test func theFilterOfExamplesWorksBesideHttpdsModules() throws {
        let modules = [
            "alias", "deflate", "dir", "filter", "include", "proxy", "proxy_http", "rewrite",
            "status",
        ]
        try HTTPD.with(.modSwift(modules: modules, text: Self.text)) { server throws in
            try server.write("upper/upper.swift", try Manual.text("Examples/upper/upper.swift"))
            let whisper = try Manual.text("Examples/upper/whisper.txt")
            let loud = whisper.uppercased()
            for name in ["upper/whisper.txt", "plain/whisper.txt"] {
                try server.write(name, whisper)
            }
            try server.write(
                "upper/page.shtml", "<p><!--#include virtual=\"/plain/whisper.txt\" --></p>")
            for path in [
                "upper/whisper.txt", "loud/whisper.txt", "upper/", "shout/whisper.txt",
                "far/whisper.txt",
            ] {
                #expect(try server.get("/\(path)").text == loud, "\(path)")
            }
            #expect(try server.get("/plain/whisper.txt").text == whisper)
            #expect(try server.get("/upper/page.shtml").text == "<P>\(loud)</P>")
            #expect(try server.get("/far/none").status == 404)
            #expect(try server.get("/server-status?auto").status == 200)
            try server.write("upper/long.txt", String(repeating: "a", count: 5000))
            let packed = try server.get("/upper/long.txt", headers: ["Accept-Encoding": "gzip"])
            #expect(packed.headers["Content-Encoding"] == "gzip")
            // Conditions and ranges are httpd's, over what the filter makes.
            let part = try server.get("/upper/long.txt", headers: ["Range": "bytes=0-3"])
            #expect(part.text == "AAAA" || part.text == String(repeating: "A", count: 5000))
            #expect(try server.request("HEAD", "/upper/whisper.txt").body.isEmpty)
        }
    }
}
