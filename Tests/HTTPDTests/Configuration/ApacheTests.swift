// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ApacheTests {
    @Test(arguments: [MPM.event, .prefork])
    func factsAboutTheServer(mpm: MPM) throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                let isThreaded = Apache.mpmQuery(.isThreaded) ?? -1
                return [
                    "\(Apache.mpmName) \(isThreaded > 0) \(Apache.mpmQuery(.maxThreads) ?? -1)",
                    "\(Apache.mpmQuery(.generation) ?? -1)", "\(Apache.mpmQuery(.mpmState) ?? -1)",
                    "\(Apache.mpmQuery(.init(rawValue: 4711)) == nil)",
                    "\(Apache.mpmQuery(.init(rawValue: .max)) == nil)",
                    "\(Apache.serverDescription.contains("mod_swift/\(Apache.version) "))",
                    Apache.serverBanner, "\(Apache.serverDescription.contains(Apache.serverVersion))",
                    "\(Apache.serverVersion.hasPrefix("2.4."))", "\(Apache.serverBuilt.isEmpty)",
                    "\(Apache.moduleMagicNumberMajor) \(Apache.moduleMagicNumberMinor > 100)",
                    "\(Apache.serverRoot.hasPrefix("/"))",
                    "\(Apache.existsConfigDefine("GIVEN")) \(Apache.existsConfigDefine("Given"))",
                    "\(Apache.existsConfigDefine(""))",
                    "\(Apache.loadedModules.first ?? "-") \(Apache.loadedModules.contains("mod_swift.c"))",
                    "\(Apache.hasModule("mod_swift.c")) \(Apache.hasModule("mod_swift"))",
                    "\(Apache.hasModule("mod_no_such")) \(Apache.hasModule(""))",
                    "\(Apache.dirMagicType) \(Apache.cgiMagicType)",
                    "\(Apache.includesMagicType) \(Apache.includesMagicType3)",
                ].joined(separator: "|")
            }
            """#
        try SwiftSite.with(source, mpm: mpm, global: "Define GIVEN\nServerTokens Prod") {
            server throws in
            let threads = mpm == .prefork ? "prefork false 1" : "event true 8"
            #expect(
                try server.app().text
                    == "\(threads)|0|1|true|true|true|Apache|true|true|false|20120211 true|true"
                    + "|true false|false|core.c true|true true|false false"
                    + "|httpd/unix-directory application/x-httpd-cgi"
                    + "|text/x-server-parsed-html text/x-server-parsed-html3")
        }
    }

    @Test func theConfigurationIsATree() throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                let tree = Apache.configTree()
                let section = tree.first { $0.args.hasSuffix("/app\"") }
                let handler = section?.children.first { $0.name == "SwiftHandler" }
                let inner = section?.children.last { $0.isSection }
                let file = handler?.fileName?.split(separator: "/").last ?? "-"
                return "\(section?.name ?? "-") \(section?.isSection ?? false) "
                    + "\((handler?.line ?? 0) - (section?.line ?? 0)) \(handler?.args ?? "-") "
                    + "\(handler?.isSection ?? true) \(handler?.children.isEmpty ?? false) "
                    + "\(file.hasSuffix(".conf")) \(inner?.name ?? "-") \(inner?.args ?? "-") "
                    + "\(inner?.children.map(\.name) ?? []) "
                    + "\(tree.contains { $0.name == "LoadModule" || $0.name == "IfModule" }) "
                    + "\(tree.contains { $0.name == "SwiftCacheDir" })"
            }
            """#
        try SwiftSite.with(
            source, directives: "<Files \"a.do\">\nSwiftOption a 1\nSwiftDebug Off\n</Files>"
        ) { server throws in
            #expect(
                try server.app().text
                    == "Directory true 2 app false true true Files \"a.do\" "
                    + "[\"SwiftOption\", \"SwiftDebug\"] false true")
        }
    }

    @Test func linesGoToTheLogOfTheServer() throws {
        let source = #"""
            func handler(_ req: Request) -> String {
                Apache.log("to the main server", level: .notice)
                Apache.log("to a virtual host", level: .notice, server: req.server)
                Apache.log("kept back", level: .debug)
                Apache.log("let through", level: .debug, server: req.server)
                return ""
            }
            """#
        let host = """
            <VirtualHost 127.0.0.1:${PORT}>
                ErrorLog "${LOGS}/host.log"
                LogLevel debug
            </VirtualHost>
            """
        try SwiftSite.with(source, global: host) { server throws in
            #expect(try server.app().status == 200)
            try server.expectLog(containing: "to the main server")
            let log = server.errorLog()
            #expect(!log.contains("to a virtual host") && !log.contains("kept back"))
            let own = try String(
                contentsOfFile: "\(server.logs)/host.log", encoding: .utf8)
            #expect(own.contains("to a virtual host") && own.contains("let through"))
        }
    }
}
