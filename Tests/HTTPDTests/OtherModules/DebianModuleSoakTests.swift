// SPDX-License-Identifier: Apache-2.0
//
// Handlers together with modules from Debian that are not part of httpd: make soak, which installs
// them.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["MOD_SWIFT_SOAK"] != nil), .serialized,
    .timeLimit(.minutes(10)))
struct DebianModuleSoakTests {
    // MARK: mod_security2

    private static let source = """
        struct Broken: Error {}

        func handler(_ req: Request) throws -> Status {
            req.contentType = "text/plain"
            for line in 0..<(Int(req.args?.split(separator: "=").last ?? "") ?? 0) {
                req.write("line \\(line) of the old body\\n")
            }
            let none: [Int] = []
            switch req.args?.split(separator: "=").first ?? "" {
            case "trap": req.write("\\(none[Int(req.bytesSent)])")
            case "throw": throw Broken()
            case "status": return .notFound
            case "thrown": throw Status.forbidden
            case "error": throw HTTPError(.conflict, "my words")
            default: break
            }
            return .ok
        }
        """

    static let ends: [(String, Int, String)] = [
        ("trap", 500, "Internal Server Error"), ("throw", 500, "Internal Server Error"),
        ("status", 404, "Not Found"), ("thrown", 403, "Forbidden"), ("error", 409, "my words"),
    ]

    /// mod_security2 buffers the body that a handler has written, however long it is.
    @Test(arguments: MPM.allCases, [true, false])
    func nothingOfABodyThatWasKeptStandsInFrontOfTheErrorPage(
        _ mpm: MPM, keeps: Bool
    ) throws {
        let global = """
            LoadModule unique_id_module /usr/lib/apache2/modules/mod_unique_id.so
            LoadModule security2_module /usr/lib/apache2/modules/mod_security2.so
            SecRuleEngine On
            SecRequestBodyAccess On
            SecResponseBodyAccess \(keeps ? "On" : "Off")
            SecResponseBodyMimeType text/plain text/html
            SecTmpDir "${ROOT}/run"
            SecDataDir "${ROOT}/run"
            """
        for debug in ["Off", "On"] {
            try SwiftSite.with(
                Self.source, mpm: mpm, directives: "SwiftDebug \(debug)\nSwiftTrapLimit 0",
                global: "SwiftTrapDrain 0\n\(global)"
            ) { server throws in
                for text in ["MSW0401", "MSW0303", "Broken", "swift:error"] {
                    server.allowLog(containing: text)
                }
                #expect(try server.app("=700").text.hasSuffix("line 699 of the old body\n"))
                for (kind, status, words) in Self.ends {
                    for lines in keeps ? [0, 1, 700, 7000] : [0, 1] {
                        let response = try server.app("\(kind)=\(lines)")
                        let place = "\(kind), \(lines) lines, SwiftDebug \(debug)"
                        #expect(response.status == status, "\(place)")
                        #expect(!response.text.contains("of the old body"), "\(place)")
                        if debug == "Off" || status != 500 {
                            #expect(response.text.contains(words), "\(place): \(response.text)")
                        }
                    }
                }
            }
        }
    }

    // MARK: mpm_itk

    @Test func mpmITKIsRefusedInWords() throws {
        let text = """
            LoadModule mpm_itk_module /usr/lib/apache2/modules/mpm_itk.so
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler app
            </Directory>
            <Location "/guarded.txt">
                SwiftAccessHandler app::access
            </Location>
            """
        let source = """
            func handler(_ req: Request) -> String { "good" }
            func access(_ req: Request) -> Status { .ok }
            """
        try HTTPD.with(
            .modSwift(mpm: .prefork, text: text),
            files: [
                "app/app.swift": SwiftSite.app(source), "plain.txt": "plain",
                "guarded.txt": "guarded",
            ]
        ) { server throws in
            try server.expectLog(containing: "MSW0757: mpm_itk serves each connection in a process")
            #expect(server.configTest().output.contains("MSW0757: mpm_itk"))
            #expect(try server.app().status == 503)
            #expect(try server.get("/plain.txt").text == "plain")
            #expect(try server.get("/guarded.txt").status == 503)
            try server.restart(graceful: true)
            try server.expectLog(containing: "MSW0757: mpm_itk")
            #expect(try server.app().status == 503)
        }
    }
}
