// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

extension InstallationTests {
    /// A cache that was made on one machine and copied to another: the same build uses it, another
    /// one says that it does not.
    @Suite(.timeLimit(.minutes(10)), .coldCache, .enabled(if: getuid() == 0))
    struct CopiedCacheTests {
        @Test func theSameBuildUsesItAndAnotherSaysWhose() throws {
            let (old, new) = try (TwoBuilds.current.old, TwoBuilds.current.new)
            let installation = try TwoBuilds.current.installation
            try Installation.with { other in
                try new.install(to: other.destination)
                let server = try HTTPD(installation.server())
                defer { server.close() }
                try server.writeApp("func handler(_ req: Request) -> String { \"built\" }")
                try Shell.run(
                    [
                        SourceTree.commandLine, "build", "--read-only", "--config",
                        "\(server.root)/conf/httpd.conf",
                    ], within: .seconds(120))
                // The copy takes the place of what it was copied from.
                try Shell.run(["cp", "-a", server.cache, "\(server.root)/copy"])
                try Shell.run(["rm", "-r", server.cache])
                try Shell.run(["mkdir", "-m", "755", server.cache])
                try Shell.run(["cp", "-r", "\(server.root)/copy/modules", server.cache])

                try server.start()
                #expect(try server.app().text == "built")
                #expect(server.builds == 0)
                try server.stop()

                server.configuration.modSwift = try other.module
                try server.start()
                #expect(try server.app().status == 500)
                try server.expectLog(containing: "MSW0770")
                #expect(
                    server.errorLog().contains(
                        "compiled for build \(old.buildID.prefix(12)) of mod_swift, and this server is "
                            + "build \(new.buildID.prefix(12))"))
                server.allowLog(containing: "app.swift")
                try server.stop()
                try server.checkLog()
            }
        }

        @Test(
            .enabled("needs root, and a toolchain in a place of its own") {
                try HiddenToolchain.isPossible
            })
        func aServerWithoutCompilerAndWithoutAnythingToWriteServes() throws {
            var running = try HTTPDConfiguration.modSwift(
                text: BuildTests.everything + "\nSwiftAutoReload Off\n")
            // Which has the runtime beside it: that of the stage is in the toolchain.
            running.modSwift = try TwoBuilds.current.installation.module
            let server = try HTTPD(running)
            defer { server.close() }
            let tests = BuildTests()
            try tests.writeEverything(server)
            try server.remove("app/deep/er/page.psp")
            let configuration = "\(server.root)/conf/httpd.conf"
            let (status, output) = try tests.build("--read-only", "--config", configuration)
            #expect(status == 0, "\(output)")
            #expect(
                try FileTree.entries(below: server.cache).allSatisfy { $0.permissions & 0o022 == 0 }
            )
            // Whoever may write something there: nobody but root.
            try Shell.run(["chmod", "-R", "go-w", server.root])
            try Shell.run(["chown", "-R", "root", server.cache])
            server.configuration.launcher = try HiddenToolchain.launcher
            try server.start()
            func ask(_ path: String, _ host: String) throws -> Response {
                try server.get(path, headers: ["Host": host])
            }
            for (path, host, text) in [
                ("/app/x.do", "one.example", "app"), ("/app/script.cgi", "one.example", "script\n"),
                ("/app/x.do", "two.example", "app"), ("/place", "two.example", "shared"),
                ("/pub/pages.swift/hello", "two.example", "published"),
            ] { #expect(try ask(path, host).text == text) }
            #expect(try ask("/app/page.psp", "one.example").text.hasPrefix("page 2"))
            #expect(server.builds == 0)
            // A child that has not met the module yet looks for it; what is new is not compiled.
            try server.write("app/new.psp", "new")
            #expect(try ask("/app/new.psp", "one.example").status == 500)
            try server.expectLog(containing: "MSW0770: SwiftHandler mod_swift::psp")
            #expect(
                server.errorLog().contains(
                    "it was not compiled; put it there with: sudo modswift build --config \(configuration)"
                ))
            // The cache may be filled meanwhile, where there is a compiler.
            #expect(try tests.build("--read-only", "--config", configuration).status == 0)
            sleep(3)
            #expect(try ask("/app/new.psp", "one.example").text == "new")
            try server.stop()
            try server.checkLog()
        }
    }
}
