// SPDX-License-Identifier: Apache-2.0
//
// What `make install` leaves behind, and that a server runs from it without the rest.

import Foundation
import ModSwiftTesting
import Testing

extension InstallationTests {
    @Suite(.timeLimit(.minutes(10)))
    struct InstallTests {
        private let build: BuiltTree
        private let upgrade: BuiltTree
        /// Of the build; not to be changed.
        private let installation: Installation

        init() throws {
            build = try TwoBuilds.current.old
            upgrade = try TwoBuilds.current.new
            installation = try TwoBuilds.current.installation
        }

        @Test func everythingLiesWhereHTTPDLooksForIt() throws {
            let (modules, available) = try (Installation.modules, Installation.available)
            let documents = try Installation.documents
            let files = try FileTree.files(below: installation.destination)
                .filter { !$0.hasPrefix("\(documents)/") }
            let outside = files.filter { !$0.hasPrefix("\(modules)/mod_swift/\(build.buildID)/") }
            let names = ["\(available)/swift.conf", "\(available)/swift.load"]
            let commandLine = try Installation.commandLine
            let header = try "\(Installation.headers)/mod_swift.h"
            let completions = try ["bash", "zsh", "fish"].map(Installation.completion)
            #expect(
                outside
                    == (names + completions + ["\(modules)/mod_swift.so", commandLine, header])
                    .sorted())
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: "\(installation.destination)/\(commandLine)")
            #expect(target == "/\(modules)/mod_swift/\(build.buildID)/modswift")
            let load = try String(
                contentsOfFile: "\(installation.destination)/\(names[1])", encoding: .utf8)
            #expect(load.contains("\nLoadModule swift_module /\(modules)/mod_swift.so\n"))
        }

        @Test func theManualIsInstalledWithAllThatItRefersTo() throws {
            let documents = "\(installation.destination)/\(try Installation.documents)"
            let manual = "\(documents)/docs/manual"
            let pages = try FileTree.names(in: manual).filter { $0.hasSuffix(".md") }
            #expect(pages.count > 30 && pages.contains("directives.md"))
            let texts = pages.map { "\(manual)/\($0)" } + ["\(documents)/docs/error-reference.md"]
            for path in texts {
                let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
                let text = try String(contentsOfFile: path, encoding: .utf8)
                for match in text.matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
                    let target = folder.appendingPathComponent(String(match.1)).standardized
                    #expect(
                        FileManager.default.fileExists(atPath: target.path),
                        "\(path) refers to \(match.1)")
                }
            }
        }

        @Test func allThatABuildNeedsLiesInItsDirectory() throws {
            let files = try FileTree.files(below: installation.directory(of: build))
            let toolchain = try Set(FileTree.names(in: SourceTree.configured("SWIFT_RUNTIME")))
            let triple = try SourceTree.configured("TRIPLE")
            let libraries = LayoutTests.modules.flatMap { name in
                let module = "modules/\(name).swiftmodule/\(triple)"
                return ["lib\(name).so.1", "\(module).swiftdoc", "\(module).swiftmodule"]
            }
            let others = [
                "libmsw_crypto.so.1", "libmsw_redis.so.1", "mod_swift_build", "mod_swift_symbolize",
                "modswift",
                "swift.conf", "error-reference.md",
            ]
            #expect(files.filter { !toolchain.contains($0) } == (libraries + others).sorted())
            let runtime = toolchain.intersection(files)
            #expect(runtime.isSuperset(of: ["libswiftCore.so", "libFoundation.so"]))
            #expect(!runtime.contains { $0.contains("Testing") || $0.contains("XCTest") })
        }

        @Test func everyUserCanReadItAndOnlyTheOwnerWrite() throws {
            let commandLine = try Installation.commandLine
            for entry in try FileTree.entries(below: installation.destination)
            where entry.path != commandLine {
                let runs =
                    entry.type == .typeDirectory || entry.path.hasSuffix("/mod_swift_build")
                    || entry.path.hasSuffix("/mod_swift_symbolize")
                    || entry.path.hasSuffix("\(build.buildID)/modswift")
                #expect(entry.type == .typeDirectory || entry.type == .typeRegular)
                #expect(entry.permissions == (runs ? 0o755 : 0o644), "\(entry.path)")
            }
        }

        @Test func librariesFindEachOtherInTheirDirectory() throws {
            let directory = try installation.directory(of: build)
            let installed = try Set(FileTree.names(in: directory))
            let toolchain = try Set(FileTree.names(in: SourceTree.configured("SWIFT_RUNTIME")))
            for file in try ELFFile.all(below: directory) where file.soname != nil {
                let elsewhere = file.needed.filter { !installed.contains($0) }
                #expect(toolchain.isDisjoint(with: elsewhere), "\(file.path)")
                #expect(file.runpath.allSatisfy { $0 == "$ORIGIN" }, "\(file.path)")
            }
        }

        @Test func aServerRunsFromItAndKeepsSourcesToItself() throws {
            try HTTPD.with(installation.server()) { server throws in
                try server.writeApp("func handler(_ req: Request) -> String { \"hello\" }")
                #expect(try server.app().text == "hello")
                let extensions = [
                    "a.swift.orig", "page.psp_", "a.SWIFT", ".a.swift.swp", "a.swift.~1~",
                ]
                for source in ["app/app.swift", "a.swift", ".#a.swift"] + extensions {
                    try server.write(source, "let secret = 1")
                    #expect(
                        try server.get("/\(source.replacing("#", with: "%23"))").status == 403,
                        "\(source)")
                    try server.expectLog(containing: "MSW0203")
                }
                // By a rule: also those that no editor of today makes.
                for end in [
                    "~", "#", ",v", "___jb_tmp___", "___jb_old___", "-save", "_old", "2", "bak",
                ] {
                    for source in ["a.swift", "page.psp_", "page.psp", "a.Swift"]
                    where source != "page.psp" || !["2", "bak"].contains(end) {
                        let name = "\(end == "#" ? "#" : "")\(source)\(end)"
                        try server.write(name, "let secret = 1")
                        let path = name.replacing("#", with: "%23")
                        #expect(try server.get("/\(path)").status == 403, "\(name)")
                    }
                }
                server.allowLog(containing: "AH01630: client denied by server configuration")
                for name in ["swift.html", "a-swift.txt", "a.sw", "a.pspimage", "aswift"] {
                    try server.write(name, "served")
                    #expect(try server.get("/\(name)").status == 200, "\(name)")
                }
            }
        }

        @Test func modulesInCAreBuiltWithTheInstalledHeader() throws {
            let source = """
                #include <httpd.h>
                #include <http_config.h>
                #include <http_protocol.h>
                #include <mod_swift.h>

                static int handler(request_rec *r)
                {
                    APR_OPTIONAL_FN_TYPE(mod_swift_call) *call =
                        APR_RETRIEVE_OPTIONAL_FN(mod_swift_call);

                    return call && strcmp(r->handler, "caller") == 0
                        ? call(r, "SwiftHandler", "app::called", NULL) : DECLINED;
                }

                static void hooks(apr_pool_t *p)
                {
                    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
                }

                module AP_MODULE_DECLARE_DATA caller_module = {
                    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks
                };
                """
            try withTemporaryDirectory { folder in
                let headers = try "\(installation.destination)/\(Installation.headers)"
                let load = try CModule.make("caller", source, in: folder, headers: headers)
                var configuration = try installation.server()
                configuration.text += """

                    \(load)
                    SwiftPath "${HTDOCS}/app"
                    <Location /app/c>
                        SetHandler caller
                    </Location>
                    """
                try HTTPD.with(configuration) { server throws in
                    try server.writeApp("func called(_ req: Request) -> String { \"called\" }")
                    #expect(try server.get("/app/c").text == "called")
                }
            }
        }

        /// As when somebody includes the configuration before the line that loads mod_mime.
        @Test func sourcesStaySecretWithoutModMimeToo() throws {
            var configuration = try installation.server()
            configuration.modules.removeAll { $0 == "mime" }
            configuration.text = """
                Include "\(try installation.configuration)"
                LoadModule mime_module "\(configuration.modulesDirectory)/mod_mime.so"
                TypesConfig conf/mime.types
                """
            try HTTPD.with(configuration) { server throws in
                for source in ["a.swift", "a.swift.orig"] {
                    try server.write(source, "let secret = 1")
                    #expect(try server.get("/\(source)").status == 403)
                    try server.expectLog(containing: "MSW0203")
                }
            }
        }

        @Test(
            .enabled("hiding the toolchain takes root, unshare and mount") {
                try HiddenToolchain.isPossible
            })
        func compiledHandlersRunWithoutTheToolchain() throws {
            try HTTPD.with(installation.server()) { server throws in
                let source = "String(format: \"%06.2f\", 2.5)"
                try server.writeApp(
                    """
                    import Foundation
                    func handler(_ req: Request) -> String {
                        req.args == "trap" ? "\\([1][req.uri.count])" : \(source)
                    }
                    """)
                #expect(try server.app().text == "002.50")
                try server.stop()
                server.configuration.launcher = try HiddenToolchain.launcher
                // It may say that nothing new can be built.
                server.allowLog(containing: "MSW0112")
                try server.start()
                let root = try #require(server.pid.map { "/proc/\($0)/root" })
                #expect(try FileTree.names(in: root + HiddenToolchain.directory) == [])
                #expect(try server.app().text == "002.50")
                #expect(server.builds == 1)
                #expect(try server.app("trap").text.contains("in handler(_:)"))
                try server.expectLog(containing: "MSW0401: SwiftHandler app: trapped: Index out of")
                server.allowLog(containing: "]     ")
            }
        }

        @Test func theCommandLineRunsFromItsDirectory() throws {
            let directory = try installation.directory(of: build)
            let version = try Shell.run(["\(directory)/modswift", "version"])
            #expect(try version.contains(SourceTree.version))
        }

        /// Each in its own shell, which looks for it as in a real installation.
        @Test(arguments: [
            (
                "bash",
                """
                . "$FILE"; COMP_WORDS=(modswift bu); COMP_CWORD=1; COMP_LINE='modswift bu'; COMP_POINT=11
                complete -p modswift; _modswift modswift bu modswift; echo "${COMPREPLY[@]}"
                """, "complete -o filenames -F _modswift modswift\nbuild"
            ),
            (
                "zsh",
                "fpath=(\"$(dirname \"$FILE\")\" $fpath); autoload -U compinit; compinit -D -u; echo $_comps[modswift]; $_comps[modswift] 2>/dev/null; whence -w _modswift",
                "_modswift\n_modswift: function"
            ),
            (
                "fish",
                "complete -C 'modswift bu'",
                "build\tCompiles all handlers and pages that a configuration names into the cache."
            ),
        ])
        func shellsCompleteTheInstalledCommandLine(
            _ shell: String, _ script: String, _ expected: String
        ) throws {
            let file = "\(installation.destination)/\(try Installation.completion(shell))"
            let share = try "\(installation.destination)/\(Installation.commandLine)"
                .replacing("/bin/modswift", with: "/share")
            let noConfiguration = ["bash": "--norc", "zsh": "-f", "fish": "--private"]
            try withTemporaryDirectory { home in
                let output = try Shell.run(
                    [shell, try #require(noConfiguration[shell]), "-c", script],
                    environment: [
                        // fish completes what is there.
                        "PATH": "\(try installation.directory(of: build)):/usr/bin:/bin",
                        "FILE": file, "XDG_DATA_DIRS": share, "HOME": home,
                        "XDG_CONFIG_HOME": home,
                    ])
                #expect(output.contains(expected), "\(output)")
            }
        }

        @Test func aProgramOfThatNameOfSomebodyElseStays() throws {
            try Installation.with { installation in
                let path = try "\(installation.destination)/\(Installation.commandLine)"
                let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
                try Shell.run(["mkdir", "-p", folder])
                try "other".write(toFile: path, atomically: false, encoding: .utf8)
                #expect(try build.install(to: installation.destination).contains("is not ours"))
                try build.uninstall(from: installation.destination)
                #expect(try String(contentsOfFile: path, encoding: .utf8) == "other")
                let files = try FileTree.files(below: installation.destination)
                #expect(try files == [Installation.commandLine])
            }
        }

        @Test func uninstallingTakesAwayOursAndLeavesTheRest() throws {
            try Installation.with { installation in
                let other = try "\(installation.destination)/\(Installation.modules)/mod_other.so"
                try build.install(to: installation.destination)
                try upgrade.install(to: installation.destination)
                try "other".write(toFile: other, atomically: false, encoding: .utf8)
                try upgrade.uninstall(from: installation.destination)
                let entries = try FileTree.entries(below: installation.destination)
                let files = entries.filter { $0.type != .typeDirectory }.map(\.path)
                #expect(files == [try "\(Installation.modules)/mod_other.so"])
                #expect(!entries.contains { $0.path.hasSuffix("/mod_swift") })
            }
        }

        @Test func anEditedConfigurationStays() throws {
            try Installation.with { installation in
                try build.install(to: installation.destination)
                let path = try installation.configuration
                let shipped = try String(contentsOfFile: path, encoding: .utf8)
                try "\(shipped)\nSwiftAutoReload Off\n"
                    .write(toFile: path, atomically: false, encoding: .utf8)
                let words = try upgrade.install(to: installation.destination)
                #expect(words.contains("swift.conf was edited and stays"))
                #expect(try String(contentsOfFile: path, encoding: .utf8).contains("Reload Off"))
                #expect(try String(contentsOfFile: path + ".dist", encoding: .utf8) == shipped)
                try upgrade.uninstall(from: installation.destination)
                let files = try FileTree.files(below: installation.destination)
                #expect(try files == ["\(Installation.available)/swift.conf"])
            }
        }

        @Test func anUneditedConfigurationOfAnOlderBuildIsReplaced() throws {
            try Installation.with { installation in
                try build.install(to: installation.destination)
                let path = try installation.configuration
                let shipped = try String(contentsOfFile: path, encoding: .utf8)
                // As if that build had come with another one.
                for place in try [path, "\(installation.directory(of: build))/swift.conf"] {
                    try "# older".write(toFile: place, atomically: false, encoding: .utf8)
                }
                try upgrade.install(to: installation.destination)
                #expect(try String(contentsOfFile: path, encoding: .utf8) == shipped)
                #expect(!FileManager.default.fileExists(atPath: path + ".dist"))
            }
        }

        @Test func theBuildBeforeStaysAndOlderOnesGo() throws {
            try Installation.with { installation in
                try build.install(to: installation.destination)
                let ancient = try "\(installation.builds)/\(String(repeating: "0", count: 40))"
                try Shell.run(["mkdir", ancient])
                try Shell.run(["touch", "-d", "2020-01-01", ancient])
                try upgrade.install(to: installation.destination)
                let directories = try FileTree.names(in: installation.builds)
                #expect(directories == [build.buildID, upgrade.buildID].sorted())
                let shim = try ELFFile(installation.module)
                #expect(shim.runpath == ["$ORIGIN/mod_swift/\(upgrade.buildID)"])
            }
        }

        @Test func installingABuildAgainMendsIt() throws {
            try Installation.with { installation in
                try build.install(to: installation.destination)
                let directory = try installation.directory(of: build)
                let shim = try FileManager.default.attributesOfItem(atPath: installation.module)
                // Equal libraries may come with another builder.
                let whole = try #require(
                    FileManager.default.contents(atPath: "\(directory)/mod_swift_build"))
                try "another".write(
                    toFile: "\(directory)/mod_swift_build", atomically: false, encoding: .utf8)
                try FileManager.default.removeItem(atPath: "\(directory)/modules")
                try build.install(to: installation.destination)
                let now = FileManager.default.contents(atPath: "\(directory)/mod_swift_build")
                #expect(now == whole)
                #expect(FileManager.default.fileExists(atPath: "\(directory)/modules"))
                #expect(try FileTree.names(in: installation.builds) == [build.buildID])
                // A running server has nothing to be warned of.
                let same = try FileManager.default.attributesOfItem(atPath: installation.module)
                #expect(same[.systemFileNumber] as? Int == shim[.systemFileNumber] as? Int)
            }
        }
    }
}
