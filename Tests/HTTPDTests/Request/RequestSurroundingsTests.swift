// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RequestSurroundingsTests {
    @Test func variablesOfCGIAreThereWhenAskedFor() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let before = req.subprocessEnv["REQUEST_METHOD"] ?? "-"
                if req.args?.hasPrefix("common") == true { req.addCommonVars() } else { req.addCGIVars() }
                let names = [
                    "REQUEST_METHOD", "REQUEST_URI", "QUERY_STRING", "SCRIPT_NAME", "PATH_INFO",
                    "GATEWAY_INTERFACE", "SERVER_PROTOCOL", "HTTP_X_A", "REMOTE_ADDR",
                ]
                return ([before] + names.map { req.subprocessEnv[$0] ?? "-" }).joined(separator: "|")
                    + "|\\(req.subprocessEnv["UNIQUE_ID"]?.count ?? 0)"
            }
            """
        try SwiftSite.with(source, modules: ["unique_id"]) { server throws in
            #expect(
                try server.get("/app/x.do/more?a=%20", headers: ["X-A": "1"]).text
                    == "-|GET|/app/x.do/more?a=%20|a=%20|/app/x.do|/more|CGI/1.1|HTTP/1.1|1|127.0.0.1|27"
            )
            #expect(try server.app("common").text == "-|-|-|-|-|-|-|-|-|127.0.0.1|27")
        }
    }

    @Test func theClientBehindAProxyIsTheOneThatAsks() throws {
        let source = """
            func handler(_ req: Request) -> String {
                "\\(req.useragentIP ?? "-") \\(req.useragentAddr?.port ?? -1) \\(req.connection.remoteIP ?? "-") "
                    + "\\(req.remoteHost(.noLookup) ?? "-") \\(req.remoteHost(.host) ?? "nil")"
            }
            """
        try SwiftSite.with(
            source, modules: ["remoteip"],
            global: "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1"
        ) { server throws in
            let answer = try server.get("/app/x.do", headers: ["X-Forwarded-For": "192.0.2.7"])
            #expect(answer.text == "192.0.2.7 0 127.0.0.1 192.0.2.7 nil")
            #expect(try server.app().text.hasPrefix("127.0.0.1 "))
        }
    }

    /// The name server is queried as far as the handler requests.
    @Test func namesOfHostsAreLookedUp() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let known = req.remoteHost(.noLookup) ?? "-"
                let name = req.remoteHost() ?? "-"
                return "\\(known) \\(name != known) \\(req.remoteHost(.doubleReverse) == name)"
            }
            """
        try SwiftSite.with(source, directives: "HostnameLookups On") { server throws in
            #expect(try server.app().text == "127.0.0.1 true true")
        }
    }

    @Test(.bug(id: "N4-19")) func theUserIsThereOnceThePasswordWasRead() throws {
        let source = """
            func handler(_ req: Request) -> String {
                let before = "\\(req.user ?? "-") \\(req.apAuthType ?? "-")"
                let password = req.basicAuthPassword ?? "-"
                return "\\(before) \\(password) \\(req.user ?? "-") \\(req.apAuthType ?? "-")"
            }
            """
        try SwiftSite.with(
            source, modules: ["authn_core"], directives: "AuthType Basic\nAuthName x"
        ) { server throws in
            let header: HeaderFields = ["Authorization": "Basic c3BhbTplZ2dz"]
            // The password has not been checked: reading only the user returns none.
            #expect(try server.get("/app/x.do", headers: header).text == "- - eggs spam Basic")
        }
    }

    @Test(.bug(id: "N4-09")) func readingOptionsChangesNothing() throws {
        let source = """
            func handler(_ req: Request) -> String {
                _ = req.options.map(\\.key)
                return "\\(req.options.map { "\\($0.key)=\\($0.value)" }) \\(req.options["empty"] ?? "nil")."
            }
            """
        try SwiftSite.with(
            source, directives: "SwiftOption empty \"\"\nSwiftOption a 1", children: 1
        ) { server throws in
            for _ in 0..<3 {
                #expect(try server.app().text == "[\"empty=\", \"a=1\"] .")
            }
        }
    }

    @Test func cleanupsSeeTheRequestsAroundTheirs() throws {
        let source = """
            func handler(_ req: Request) throws -> Status {
                req.registerCleanup {
                    let next = req.next?.uri ?? "-"
                    let prev = req.prev?.uri ?? "-"
                    req.log("end of \\(req.uri): prev \\(prev) next \\(next)", level: .notice)
                }
                if req.prev == nil { try req.internalRedirect("/app/y.do") } else { req.write("y") }
                return .ok
            }
            """
        try SwiftSite.with(source) { server throws in
            #expect(try server.app().text == "y")
            try server.expectLog(containing: "end of /app/y.do: prev /app/x.do next -")
            try server.expectLog(containing: "end of /app/x.do: prev - next /app/y.do")
        }
    }
}
