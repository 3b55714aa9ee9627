// SPDX-License-Identifier: Apache-2.0
//
// Who may call published functions: section 6.1.2.3 of mod_python's manual.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct PublisherAccessTests {
    private static let open = """
        let deleteAccess = Access(methods: ["POST", "DELETE"])
        let putAccess = Access(methods: ["PUT"])
        let closedAccess = Access(realm: "A \\"B\\"", passwords: ["ann": "secret", "bob": ""])
        let checkedAccess = Access(realm: "C", users: ["ann"]) { req, user, password in
            await Task.yield()
            return user == password
        }
        let allowedAccess = Access(allows: { _, user in user == "ann" }) { _, _, _ in true }
        let nobodyAccess = Access(users: ["ann"])
        let failingAccess = Access { _, _, _ in throw Status.serviceUnavailable }
        var computedAccess: Access { get throws { throw Status.gone } }
        public func index() -> String { "open" }
        public func delete() -> String { "deleted" }
        public func put(_ req: Request) -> String { req.method }
        public func closed(_ req: Request, a: Int = 1) -> String { "\\(req.user ?? "") \\(req.apAuthType ?? "")" }
        public func checked() -> String { "checked" }
        public func allowed() -> String { "allowed" }
        public func nobody() -> String { "nobody" }
        public func failing() -> String { "failing" }
        public func computed() -> String { "computed" }
        """
    private static let closed = """
        let access = Access(realm: "Module", passwords: ["ann": "a", "bob": "b"])
        let otherAccess = Access { _, user, _ in user == "bob" }
        public func index() -> String { "index" }
        public func other() -> String { "other" }
        public let value = "value"
        public struct Admin: Sendable {
            static let access = Access(users: ["ann"])
            static let innerAccess = Access(methods: ["GET"], allows: { req, _ in req.args == "x" })
            public init() {}
            public func users() -> String { "users" }
            public func inner() -> String { "inner" }
        }
        public let admin = Admin()
        """

    private func basic(_ user: String, _ password: String) -> HeaderFields {
        ["Authorization": "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"]
    }

    @Test(
        .bug(id: "N6-04", "another scheme than Basic was 400"))
    func aFunctionIsProtectedByItsDeclaration() throws {
        try PublisherSite.with(["open.swift": Self.open]) { server throws in
            // N6-04: the header is not decoded if no protection needs it.
            for header in ["Digest username=x", "Basic ???", "Bearer x", ""] {
                #expect(try server.pub("open", headers: ["Authorization": header]).text == "open")
            }
            let asked = try server.pub("open/closed")
            #expect(asked.status == 401)
            #expect(
                asked.headers["WWW-Authenticate"]
                    == #"Basic realm="A \"B\"", charset="UTF-8""#)
            for headers in [
                basic("ann", "wrong"), basic("ann", ""), basic("ann", "secretsecret"),
                basic("nobody", "secret"), basic("", ""), basic("bob", "x"),
                ["Authorization": "Digest username=ann"], ["Authorization": "Basic ???"],
            ] as [HeaderFields] {
                #expect(try server.pub("open/closed", headers: headers).status == 401)
            }
            #expect(
                try server.pub("open/closed", headers: basic("ann", "secret")).text == "ann Basic")
            #expect(try server.pub("open/closed", headers: basic("bob", "")).text == "bob Basic")
            // A client without access learns nothing about the arguments.
            #expect(try server.pub("open/closed?a=x").status == 401)
            #expect(
                try server.pub("open/closed?a=x", headers: basic("ann", "secret")).status == 400)
            #expect(try server.pub("open/checked", headers: basic("ann", "ann")).text == "checked")
            #expect(try server.pub("open/checked", headers: basic("bob", "bob")).status == 403)
            #expect(try server.pub("open/checked", headers: basic("ann", "x")).status == 401)
            #expect(try server.pub("open/allowed", headers: basic("ann", "x")).text == "allowed")
            #expect(try server.pub("open/allowed", headers: basic("bob", "x")).status == 403)
            // The password is not checked anywhere, so the client's user is ignored.
            #expect(try server.pub("open/nobody", headers: basic("ann", "x")).status == 403)
            #expect(try server.pub("open/failing", headers: basic("ann", "x")).status == 503)
            #expect(try server.pub("open/computed").status == 410)
        }
    }

    @Test func methodsThatAreNotNamedAre405() throws {
        try PublisherSite.with(["open.swift": Self.open]) { server throws in
            func request(_ method: String, _ path: String) throws -> Response {
                try server.request(method, "/pub/\(path)")
            }
            for method in ["GET", "POST", "HEAD"] {
                #expect(try request(method, "open").status == 200, "\(method)")
            }
            for method in ["PUT", "DELETE", "OPTIONS", "PATCH", "BREW"] {
                let response = try request(method, "open")
                #expect(response.status == 405, "\(method)")
                let allow = Set(
                    (response.headers["Allow"] ?? "").split(separator: ",").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    })
                #expect(allow.isSuperset(of: ["GET", "HEAD", "POST"]), "\(method)")
                #expect(!allow.contains("PUT"))
            }
            #expect(try request("DELETE", "open/delete").text == "deleted")
            let refused = try request("GET", "open/delete")
            #expect(refused.status == 405)
            #expect(refused.headers["Allow"]?.contains("DELETE") == true)
            #expect(refused.headers["Allow"]?.contains("GET") == false)
            #expect(try request("PUT", "open/put").text == "PUT")
            #expect(try request("PUT", "open/nothing").status == 404)
        }
    }

    @Test(
        .bug(id: "N6-05", "access functions within functions and methods"))
    func protectionsAddUpFromTheModuleInwards() throws {
        try PublisherSite.with(["closed.swift": Self.closed]) { server throws in
            func status(_ path: String, _ user: String?) throws -> Int {
                let headers = user.map { basic($0, $0 == "ann" ? "a" : "b") } ?? [:]
                return try server.pub("closed\(path)", headers: headers).status
            }
            // A client without access does not learn which paths exist, either.
            for path in [
                "", "/", "/index", "/other", "/value", "/Admin/users", "/admin/users", "/x",
                "/Admin/x",
            ] {
                #expect(try status(path, nil) == 401, "\(path)")
            }
            #expect(try status("", "ann") == 200)
            #expect(try status("/value", "bob") == 200)
            #expect(try status("/other", "bob") == 200)
            #expect(try status("/other", "ann") == 401)
            #expect(try status("/x", "ann") == 404)
            for owner in ["Admin", "admin"] {
                #expect(try status("/\(owner)/users", "ann") == 200)
                #expect(try status("/\(owner)/users", "bob") == 403)
                #expect(try status("/\(owner)/x", "bob") == 403)
                #expect(try status("/\(owner)/inner", "ann") == 403)
                #expect(try status("/\(owner)/inner?x", "ann") == 200)
            }
            let realm = try server.pub("closed/other", headers: basic("ann", "a"))
            #expect(realm.headers["WWW-Authenticate"]?.contains("realm=\"Module\"") == true)
        }
    }

    @Test func aUserOfHttpdsOwnCounts() throws {
        let directives = """
            AuthType Basic
            AuthName httpd
            AuthBasicProvider file
            AuthUserFile "${HTDOCS}/users"
            Require valid-user
            """
        try PublisherSite.with(
            ["open.swift": Self.open],
            modules: ["authn_core", "authn_file", "auth_basic", "authz_user"],
            directives: directives
        ) { server throws in
            try server.write(
                "users",
                "ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nbob:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
            #expect(try server.pub("open/nobody").status == 401)
            #expect(try server.pub("open/nobody", headers: basic("ann", "secret")).text == "nobody")
            #expect(try server.pub("open/nobody", headers: basic("bob", "secret")).status == 403)
        }
    }

    @Test func aDeclarationThatProtectsNothingDoesNotCompile() throws {
        let source = """
            let emialAccess = Access(passwords: [:])
            public func email() -> String { "SECRET" }
            """
        try PublisherSite.with(["app.swift": source]) { server throws in
            #expect(try server.pub("app/email").status == 500)
            try server.expectLog(containing: "MSW0103")
            try server.expectLog(containing: "emialAccess protects nothing")
            server.allowLog(containing: "#error")
        }
    }
}
