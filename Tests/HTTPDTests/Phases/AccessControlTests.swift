// SPDX-License-Identifier: Apache-2.0
//
// SwiftAccessHandler, SwiftAuthenHandler and SwiftAuthzHandler beside httpd's own access control.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AccessControlTests {
    private static let source = """
        func access(_ req: Request) -> Status {
            req.connection.notes["asked"] = "\\((Int(req.connection.notes["asked"] ?? "") ?? 0) + 1)"
            if req.args == "unauthorized" { return .unauthorized }
            return req.uri.hasSuffix("secret") ? .forbidden : .ok
        }

        func authen(_ req: Request) -> Status {
            switch req.basicAuthPassword {
            case "anonymous":
                req.user = nil
                return .ok
            case "own":
                req.errHeadersOut["WWW-Authenticate"] = "Own"
                return .unauthorized
            case "later": return .declined
            case let password?: return password == req.user ? .ok : .unauthorized
            case nil: return .unauthorized
            }
        }

        func authz(_ req: Request) -> Status {
            switch req.user {
            case "mallory": .forbidden
            case "bob": .unauthorized
            case "carl": .declined
            default: .ok
            }
        }

        func handler(_ req: Request) -> String { "\\(req.user ?? "nobody") \\(req.apAuthType ?? "-")" }

        func asked(_ req: Request) throws -> String {
            let same = try req.lookUp(uri: "/app/secret")
            return "\\(same.status.rawValue) \\(req.connection.notes["asked"] ?? "0")"
        }
        """

    private static let modules = ["authn_core", "authz_user", "auth_basic", "authn_file"]

    private static func ask(
        _ server: HTTPD, _ user: String?, _ password: String = "", _ path: String = "/app/x.do"
    ) throws -> Response {
        var headers: HeaderFields = [:]
        if let user {
            let credentials = Data("\(user):\(password)".utf8).base64EncodedString()
            headers.add("Authorization", "Basic \(credentials)")
        }
        return try server.get(path, headers: headers)
    }

    /// mod_auth_basic, which would ask for AuthUserFile, is not asked.
    @Test(.bug(id: "N5-16")) func aHandlerAuthenticatesAndRequireHasTheLastWord() throws {
        let directives = """
            AuthType Basic
            AuthName app
            SwiftAuthenHandler app::authen
            SwiftAuthzHandler app::authz
            Require user ann bob carl mallory
            """
        try SwiftSite.with(Self.source, modules: Self.modules, directives: directives) {
            server throws in
            server.allowLog(containing: "MSW0762")
            #expect(try Self.ask(server, "ann", "ann").text == "ann Basic")
            #expect(try Self.ask(server, "carl", "carl").text == "carl Basic")
            // authz says OK, and Require does not name him.
            #expect(try Self.ask(server, "zoe", "zoe").status == 401)
            try server.expectLog(containing: "AH01631: user zoe: authorization failure")
            for (user, password) in [(nil, ""), ("ann", "wrong"), ("bob", "bob")] {
                let answer = try Self.ask(server, user, password)
                #expect(answer.status == 401)
                #expect(answer.headers["WWW-Authenticate"] == "Basic realm=\"app\"", "\(password)")
            }
            let own = try Self.ask(server, "ann", "own")
            #expect(own.headers.values(for: "WWW-Authenticate") == ["Own"])
            #expect(try Self.ask(server, "mallory", "mallory").status == 403)
            #expect(try Self.ask(server, "ann", "anonymous").status == 500)
            try server.expectLog(containing: "MSW0501: SwiftAuthenHandler returned .ok")
        }
    }

    /// `AuthBasicProvider file` knows ann's other password.
    @Test(.bug(id: "N5-14")) func whoIsNotKnownIsLeftToOthersWhereTheConfigurationSaysSo() throws {
        let directives = { (isAuthoritative: String) in
            """
            AuthType Basic
            AuthName app
            AuthBasicProvider file
            AuthUserFile "${HTDOCS}/users"
            SwiftAuthenHandler app::authen
            SwiftAuthoritative \(isAuthoritative)
            Require valid-user
            """
        }
        // Of "other".
        let users = "ann:{SHA}0JQeaNqPOBUf+Gph/Fn3xc+fyqI=\n"
        for (isAuthoritative, status) in [("On", 401), ("Off", 200)] {
            try SwiftSite.with(
                Self.source, modules: Self.modules, directives: directives(isAuthoritative)
            ) { server throws in
                server.allowLog(containing: "MSW0762")
                try server.write("users", users)
                #expect(try Self.ask(server, "ann", "ann").status == 200)
                #expect(try Self.ask(server, "ann", "other").status == status)
                // Declined leaves it to the next module in either case.
                #expect(try Self.ask(server, "ann", "later").status == 401)
                server.allowLog(containing: "AH01617: user ann: authentication failure")
            }
        }
    }

    @Test func accessHandlersRunWithoutUsersAndOnceForOneConfiguration() throws {
        let global = """
            <Location "/app/asked">
            SwiftPath "${HTDOCS}/app"
            SwiftHandler app::asked
            </Location>
            """
        let directives = "SetHandler mod_swift\nSwiftAccessHandler app::access"
        try SwiftSite.with(
            Self.source, modules: Self.modules, directives: directives, global: global
        ) { server throws in
            server.allowLog(containing: "MSW0762")
            #expect(try server.get("/app/x").text == "nobody -")
            #expect(try server.get("/app/secret").status == 403)
            #expect(try server.get("/app/x?unauthorized").status == 401)
            // Other sections apply to the subrequest: it is asked by itself.
            #expect(try server.get("/app/asked").text == "403 2")
        }
    }

    @Test func subrequestsOfTheSameConfigurationAreNotAskedAgain() throws {
        let directives = "SetHandler mod_swift\nSwiftAccessHandler app::access"
        try SwiftSite.with(
            Self.source, handler: "app::asked", directives: directives
        ) { server throws in
            server.allowLog(containing: "MSW0762")
            #expect(try server.get("/app/asked").text == "200 1")
        }
    }
}
