// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization
import Testing

/// Clients of every feature at the same time, while sources and pages are edited: forms, uploads,
/// cookies, sessions, shared values, pages, the publisher, CGI, filters, subrequests.
enum FeatureLoad {
    private static func app(_ edit: Int) -> String {
        """
        import Synchronization

        private let keys = SecretKeys("2f1d4b9c8a7e6f5d4c3b2a1908f7e6d5")
        private let seen = Mutex<[String: Int]>([:])
        private actor Tally { var calls = 0; func add() -> Int { calls += 1; return calls } }
        private let tally = Tally()
        let edit = \(edit)

        struct Person: Codable { var name: String; var age: Int; var tag: [String] }

        func session(_ req: Request) throws -> String {
            let session = try req.session()
            session["n"] = (session["n"] as? Int ?? 0) + 1
            _ = session.csrfToken
            try session.save()
            return "fine"
        }
        func fresh(_ req: Request) async throws -> String {
            let session = try req.session(as: Person.self)
            session.value.age += 1
            try session.save()
            _ = await tally.add()
            if session.value.age % 2 == 0 { try session.renew() } else { try session.invalidate() }
            return "fine"
        }
        func form(_ req: Request) async throws -> String {
            let person = try req.form().decode(Person.self)
            _ = await tally.add()
            seen.withLock { $0[person.name, default: 0] += 1 }
            return "fine"
        }
        func parts(_ req: Request) async throws -> String {
            var size = 0
            for try await part in try req.formParts() {
                for try await chunk in part.content { size += chunk.count }
            }
            return size == 200_000 ? "fine" : "\\(size)"
        }
        func upload(_ req: Request) throws -> String {
            guard let file = try req.form()["file"], file.size == 200_000 else { return "none" }
            return try file.withBytes { $0[199_999] } == 120 ? "fine" : "other"
        }
        func cookie(_ req: Request) throws -> String {
            try req.addSignedCookie(SignedCookie("s", "v"), keys: keys)
            try req.addEncryptedCookie(EncryptedCookie("e", "v"), keys: keys)
            try req.addMarshalCookie(MarshalCookie("m", Person(name: "a", age: 1, tag: [])), keys: keys)
            return req.signedCookie("forged", keys: keys) == nil ? "fine" : "forged"
        }
        func shared(_ req: Request) async throws -> String {
            _ = try Apache.shared("load").update("n", as: Int.self) { ($0 ?? 0) + 1 }
            _ = try Apache.shared("load").count(req.uri, within: 5)
            return "fine"
        }
        func inner(_ req: Request) async throws -> String {
            let page = try req.lookUp(uri: "/psp/page.psp")
            req.log("a request within \\(req.uri)", level: .info)
            return String(decoding: try page.output(limit: 1000), as: UTF8.self)
        }
        func filter(_ filter: Filter) async throws {
            for try await chunk in filter.chunks { filter.write(chunk) }
        }
        func handler(_ req: Request) -> String { "fine" }
        """
    }

    private static let published = """
        public func say(what: String = "fine", _ rest: [String]) async -> String { what }
        public struct Admin { public init() {} ; public func users(tag: [Int]) -> HTML { "fine" } }
        """

    private static let page = """
        <%@ include file="part.inc" %><%= form.getFirst("v") ?? "fine" %>\
        <% session["p"] = "x" %>
        """

    private static let script = "print(\"Content-Type: text/plain\\n\\nfine\", terminator: \"\")"

    /// A request's target, and whether a form is sent with it.
    private static let targets: [(path: String, kind: String)] = [
        ("/app/x.session", ""), ("/app/x.fresh", ""),
        ("/app/x.form?name=Ann&age=4&tag=a&tag=b", ""), ("/app/x.form", "urlencoded"),
        ("/app/x.parts", "file"), ("/app/x.upload", "file"), ("/app/x.cookie", ""),
        ("/app/x.shared", ""), ("/app/x.inner", ""), ("/pub/page/say/a/b", ""),
        ("/pub/page/Admin/users?tag=1", ""), ("/psp/page.psp?v=fine", ""), ("/cgi/hello.cgi", ""),
    ]

    /// The number of different targets.
    static var targetCount: Int { Set(targets.map(\.path)).count }

    /// Runs two clients for each target.
    ///
    /// - Returns: The number of responses by target.
    static func keepUp(
        for duration: Duration, store: SessionBackend, mpm: MPM = .event
    ) throws -> [String: Int] {
        let forms = ["session", "fresh", "form", "parts", "upload", "cookie", "shared", "inner"]
        let handlers = forms.map { "SwiftHandler app::\($0) | .\($0)" }.joined(separator: "\n")
        let directives = """
            AddHandler mod_swift \(forms.map { ".\($0)" }.joined(separator: " "))
            \(handlers)
            SwiftOutputFilter app::filter LOAD
            SetOutputFilter LOAD
            SwiftDebug On
            SwiftFormLimits memory=64K
            SwiftOption mod_swift.session.lock_timeout 60
            """
        let global = """
            \(store.directives)
            <Directory "${HTDOCS}/pub">
                SetHandler mod_swift
                SwiftHandler mod_swift::publisher
            </Directory>
            <Directory "${HTDOCS}/psp">
                AddHandler mod_swift .psp
                SwiftHandler mod_swift::psp
                SwiftOption mod_swift.session.lock_timeout 60
            </Directory>
            <Directory "${HTDOCS}/cgi">
                AddHandler mod_swift .cgi
                SwiftHandler mod_swift::cgi
            </Directory>
            """
        let files = [
            "pub/page.swift": SwiftSite.app(published), "psp/page.psp": page,
            "psp/part.inc": "<% let part = 1 %>", "cgi/hello.cgi": script,
        ]
        return try SwiftSite.with(
            app(0), mpm: mpm, modules: store.modules, directives: directives, global: global,
            children: store.isPrivate ? 1 : 2, files: files
        ) { server throws in
            server.allowLog(containing: "server reached MaxRequestWorkers")
            // Compiled before many clients wait for the module.
            for target in targets { try ask(server, target, cookie: nil) }
            let id = try server.get("/app/x.session").sessionIDs.first
            let over = Atomic<Bool>(false)
            let counts = Mutex<[String: Int]>([:])
            let problems = Mutex<[String]>([])
            let group = DispatchGroup()
            return try withExtendedLifetime(group) {
                for target in targets + targets {
                    group.enter()
                    Thread.detachNewThread {
                        do {
                            while !over.load(ordering: .relaxed) {
                                try ask(server, target, cookie: id)
                                counts.withLock { $0[target.path, default: 0] += 1 }
                            }
                        } catch {
                            problems.withLock { $0.append("\(target.path): \(error)") }
                        }
                        group.leave()
                    }
                }
                let end = ContinuousClock.now + duration
                for edit in 1... where ContinuousClock.now < end {
                    Thread.sleep(forTimeInterval: 4)
                    guard problems.withLock({ $0.isEmpty }) else { break }
                    try server.writeApp(app(edit))
                    try server.write("psp/part.inc", "<% let part = \(edit) %>")
                    try server.write(
                        "pub/page.swift", SwiftSite.app(published + "\n// \(edit)"))
                    if ContinuousClock.now >= end { break }
                }
                over.store(true, ordering: .relaxed)
                group.wait()
                #expect(problems.withLock { $0 } == [])
                return counts.withLock { $0 }
            }
        }
    }

    private static func ask(
        _ server: HTTPD, _ target: (path: String, kind: String), cookie: String?
    ) throws {
        var headers: HeaderFields = [:]
        headers["Cookie"] = cookie.map { "mod_swift_session=\($0)" }
        let timeout = Duration.seconds(120)
        let response: Response
        switch target.kind {
        case "urlencoded":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            response = try server.post(
                target.path, "name=Bob&age=5&tag=c", headers: headers, timeout: timeout)
        case "file":
            var form = MultipartForm()
            form.addFile("file", [UInt8](repeating: 120, count: 200_000))
            headers["Content-Type"] = form.headers["Content-Type"]
            response = try server.post(target.path, form.body, headers: headers, timeout: timeout)
        default: response = try server.get(target.path, headers: headers, timeout: timeout)
        }
        let text = response.text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard response.status == 200, text == "fine" else {
            throw Unexpected(text: "\(response.status) \(response.text.prefix(200))")
        }
    }
}
