// SPDX-License-Identifier: Apache-2.0
//
// The builder by itself: what it makes without swiftc is what it makes with it.

import Foundation
import ModSwiftTesting
import ModuleArtifact
import Testing

@Suite(.timeLimit(.minutes(10)))
struct BuilderTests {
    private static let hello = """
        import ModSwift
        func handler(_ req: Request) -> String { "hello" }
        """

    private static let much = """
        import Dispatch
        import Foundation
        import FoundationNetworking
        import ModSwift
        import ModSwiftHTTPTypes
        import ModSwiftJSON
        import ModSwiftLogging
        import RegexBuilder
        import Synchronization

        let hits = Mutex(0)
        actor Counter {
            var count = 0
            func next() -> Int { count += 1; return count }
        }
        let counter = Counter()
        struct Page: Codable { var title: String; var date: Date }
        func handler(_ req: Request) async throws -> String {
            hits.withLock { $0 += 1 }
            let words = (req.args ?? "").matches(of: /[a-z]+/).map { String($0.0) }
            let page = Page(title: words.joined(), date: Date())
            let host = URLRequest(url: URL(string: "http://localhost/")!).url?.host() ?? ""
            return "\\(try JSONEncoder().encode(page).count) \\(await counter.next()) \\(host)"
        }
        """

    // MARK: What is built

    /// As in a chroot, or in a bare container. swiftc itself cannot run there; with what it has printed once,
    /// the builder needs it no more.
    @Test(
        .enabled("a mount of one's own takes root, unshare and mount") { HiddenProc.isPossible },
        arguments: MPM.allCases)
    func withoutProcHandlersAreBuiltAndTrapsTold(_ mpm: MPM) throws {
        let plain = "func handler(_ req: Request) -> String { \"good\" }"
        try HTTPDConfiguration.$sharedCache.withValue(nil) {
            try Self.withoutProc(mpm, plain) { server throws in
                #expect(try server.app().status == 500)
                try server.expectLog(containing: "swiftc needs /proc, which is not there")
                server.allowLog(containing: "swift:")
            }
        }
        try SwiftSite.with(plain, mpm: mpm) { server throws in
            #expect(try server.app().text == "good")
        }
        let source = """
            func handler(_ req: Request) -> String {
                if req.args == "trap" { fatalError("trapped here") }
                return "good"
            }
            """
        try Self.withoutProc(mpm, source) { server throws in
            #expect(try server.app().text == "good")
            #expect(try server.app("trap").text.contains("in handler(_:)"))
            server.allowLog(containing: "MSW0401")
            server.allowLog(containing: "Fatal error")
            try server.writeApp("func handler(_ req: Request) -> String { broken }")
            #expect(
                eventually {
                    (try? server.app().text.contains("cannot find")) == true
                })
            server.allowLog(containing: "swift:error")
        }
    }

    private static func withoutProc(
        _ mpm: MPM, _ source: String, _ body: (HTTPD) throws -> Void
    ) throws {
        let text = """
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler app
                SwiftDebug On
            </Directory>
            """
        var configuration = try HTTPDConfiguration.modSwift(mpm: mpm, text: text)
        configuration.launcher = HiddenProc.launcher
        try HTTPD.with(configuration, files: ["app/app.swift": SwiftSite.app(source)], body)
    }

    @Test(arguments: [("hello", hello), ("much", much)], [true, false])
    func aModuleIsTheSameAsTheDrivers(_ handler: (String, String), optimize: Bool) throws {
        try StandaloneBuilder.with { builder throws in
            let direct = try builder.library(handler.1, optimize: optimize)
            #expect(try builder.callsOfTheDriver() == 1)
            let reference = try builder.library(handler.1, optimize: optimize, way: "driver")
            #expect(try builder.callsOfTheDriver() == 2)
            #expect(direct.differences(from: reference) == [])
        }
    }

    @Test func theDriverIsAskedOnceForAllModules() throws {
        try StandaloneBuilder.with { builder throws in
            for number in 1...3 {
                try builder.build(Self.hello.replacing("\"hello\"", with: "\"\(number)\""))
            }
            #expect(try builder.callsOfTheDriver() == 1)
            // Other options: another question.
            for _ in 1...2 { try builder.build(Self.hello, optimize: false) }
            #expect(try builder.callsOfTheDriver() == 2)
        }
    }

    @Test func anotherToolchainIsAskedAnew() throws {
        try StandaloneBuilder.with { builder throws in
            try builder.build(Self.hello)
            #expect(try builder.callsOfTheDriver() == 1)
            try builder.writeCompiler(doing: "# another one")
            try builder.build(Self.hello)
            #expect(try builder.callsOfTheDriver() == 2)
        }
    }

    @Test(arguments: ["it's a place", "& \"more\" $HOME"])
    func theCacheMayHaveAnyName(name: String) throws {
        try StandaloneBuilder.with(cache: name) { builder throws in
            let direct = try builder.library(Self.hello)
            let reference = try builder.library(Self.hello, way: "driver")
            #expect(direct.differences(from: reference) == [])
            #expect(try builder.callsOfTheDriver() == 2)
        }
    }

    // MARK: What is not understood

    @Test(arguments: [
        "case \"$1\" in -driver-print-jobs) echo nonsense; exit 0;; esac",
        "case \"$1\" in -driver-print-jobs) exit 1;; esac",
        // As if clang were called otherwise.
        "case \"$1\" in -driver-print-jobs) \"$real\" \"$@\" | sed s/-shared/-wrong/; exit 0;; esac",
    ])
    func aDriverThatIsNotUnderstoodDoesItAll(script: String) throws {
        try StandaloneBuilder.with { builder throws in
            try builder.writeCompiler(doing: script)
            for calls in [2, 3] {
                try builder.build(Self.hello)
                #expect(try builder.callsOfTheDriver() == calls)
            }
        }
    }

    @Test(arguments: [
        ("link\n", "link\nargument /no/such/linker\n"), ("argument -shared", "argument --wrong"),
    ])
    func aPlanThatDoesNotWorkIsGivenUp(place: String, change: String) throws {
        try StandaloneBuilder.with { builder throws in
            try builder.build(Self.hello)
            try builder.changeRecord { $0.replacing(place, with: change) }
            try builder.build(Self.hello)
            #expect(try builder.callsOfTheDriver() == 2)
            try builder.build(Self.hello)
            #expect(try builder.callsOfTheDriver() == 3)
        }
    }

    @Test func aCrashOfTheCompilerIsToldByTheDriver() throws {
        try StandaloneBuilder.with { builder throws in
            try builder.build(Self.hello)
            try builder.changeRecord {
                $0.replacing(/argument .*\/swift-frontend/, with: "argument \(builder.crash)")
            }
            try builder.build(Self.hello)
            #expect(try builder.callsOfTheDriver() == 2)
        }
    }

    // MARK: Diagnostics

    @Test(arguments: [
        ("import ModSwift\nfunc handler(_ req: Request) -> String { broken }", "cannot find"),
        ("import ModSwift\nimport Nowhere\n", "no such module 'Nowhere'"),
        ("import ModSwift\nfunc handler(_ req: Request) -> String { \"a }", "unterminated"),
        ("import ModSwift\nvar count = 0\nfunc handler(_ req: Request) { count += 1 }", "global"),
        ("import ModSwift\nstruct A: Nothing {}\nlet x: Int = \"a\"\n", "cannot convert"),
    ])
    func theAuthorReadsWhatTheDriverWouldPrint(source: String, message: String) throws {
        try StandaloneBuilder.with { builder throws in
            let direct = try builder.refusal(of: source)
            #expect(direct.contains("exit status 1") && direct.contains(message), "\(direct)")
            #expect(direct.contains("/hello.swift:"))
            #expect(try builder.callsOfTheDriver() == 1)
            #expect(try builder.refusal(of: source, way: "driver") == direct)
        }
    }

    @Test func aCompilerOfAnotherVersionIsNamed() throws {
        try StandaloneBuilder.with { builder throws in
            let text = try builder.refusal(
                of: "import ModSwift\n#error(\"compiled with Swift 5\")\n")
            #expect(text.contains("exit status 4") && text.contains("it must be Swift"), "\(text)")
        }
    }
}

/// The builder program, run as httpd would run it, with a compiler that counts its calls.
private struct StandaloneBuilder {
    let root: String
    let cache: String
    let build: String
    let buildID: String
    let toolchain: String

    static func with(cache: String = "cache", _ body: (StandaloneBuilder) throws -> Void) throws {
        try withTemporaryDirectory { root in
            let stage = try ModSwiftStage.fromEnvironment()
            let builder = try StandaloneBuilder(
                root: root, cache: "\(root)/\(cache)", build: stage.buildDirectory,
                buildID: stage.buildID,
                toolchain: #require(ProcessInfo.processInfo.environment["MOD_SWIFT_TOOLCHAIN"]))
            for part in ["modules", "locks", "work", "clang"] {
                try FileManager.default.createDirectory(
                    atPath: "\(builder.cache)/\(part)", withIntermediateDirectories: true)
            }
            try builder.writeCompiler(doing: "")
            try "#!/bin/sh\nkill -ABRT $$\n".write(
                toFile: builder.crash, atomically: false, encoding: .utf8)
            try Shell.run(["chmod", "755", builder.crash])
            try body(builder)
        }
    }

    private var compiler: String { "\(root)/swiftc" }
    private var source: String { "\(root)/hello.swift" }
    private var calls: String { "\(root)/calls" }
    /// A program that is ended by a signal.
    var crash: String { "\(root)/crash" }

    /// Writes the compiler: swiftc, which notes that it was called, and does something first.
    func writeCompiler(doing script: String) throws {
        let text = """
            #!/bin/sh
            real='\(toolchain)/bin/swiftc'
            echo "$1" >>'\(calls)'
            \(script)
            exec "$real" "$@"

            """
        try text.write(toFile: compiler, atomically: true, encoding: .utf8)
        try Shell.run(["chmod", "755", compiler])
    }

    /// How often the compiler was called so far.
    func callsOfTheDriver() throws -> Int {
        try String(contentsOfFile: calls, encoding: .utf8).split(separator: "\n").count
    }

    /// Builds a module.
    ///
    /// - Returns: The file in the cache.
    @discardableResult
    func build(
        _ text: String, optimize: Bool = true, way: String = "direct"
    ) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: source))
        let key = ModuleKey(
            BuildInputs(
                sourcePath: source, sources: [.init(bytes: Array(text.utf8))], namespace: "",
                optimize: optimize, buildID: buildID, compilerVersion: Self.compilerVersion,
                libraryDirectory: build))
        let order = [
            "source=\(source)", "key=\(key.hexadecimal)", "namespace=", "optimize=\(optimize)",
            "build-id=\(buildID)", "compiler-version=\(Self.compilerVersion)",
            "compiler=\(compiler)", "library=\(build)", "cache=\(cache)", "way=\(way)",
        ]
        // Not the leader of its group: then nobody is there whose end would end it.
        let environment = ["LD_LIBRARY_PATH": "\(toolchain)/lib/swift/host"]
        try Shell.run(
            ["sh", "-c", "\"$@\"; exit $?", "sh", "\(build)/mod_swift_build"] + order,
            environment: environment)
        return "\(cache)/modules/\(ModuleNames(sourcePath: source, key: key).file)"
    }

    private static let compilerVersion = "0"

    /// Builds a module that cannot be built.
    ///
    /// - Returns: How the builder ended, and what it printed.
    func refusal(of text: String, way: String = "direct") throws -> String {
        do {
            try build(text, way: way)
        } catch let error as ShellError {
            return "\(error.status)\n\(error.output)"
        }
        throw Unexpected(text: "it was built")
    }

    /// Builds a module, and reads it.
    func library(
        _ text: String, optimize: Bool = true, way: String = "direct"
    ) throws -> ComparableLibrary {
        try ComparableLibrary(build(text, optimize: optimize, way: way))
    }

    /// Changes what is kept of the driver's answers.
    func changeRecord(_ change: (String) -> String) throws {
        let name = try #require(
            FileTree.names(in: "\(cache)/clang").first { $0.hasSuffix(".jobs") })
        let path = "\(cache)/clang/\(name)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = change(text)
        #expect(changed != text)
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// A library, section by section, but for what tells one run of the compiler from another.
private struct ComparableLibrary {
    /// By name, type and size.
    private var sections: [String: [UInt8]] = [:]

    init(_ path: String) throws {
        let bytes = try #require(FileManager.default.contents(atPath: path))
        for line in try Shell.run(["readelf", "-SW", path]).split(separator: "\n") {
            // [Nr] Name Type Address Off Size …
            let pattern = #/\[ *\d+\] (\S+) +(\S+) +[0-9a-f]{16} ([0-9a-f]+) ([0-9a-f]+) /#
            guard let match = line.firstMatch(of: pattern) else { continue }
            let start = try #require(Int(match.3, radix: 16))
            let size = try #require(Int(match.4, radix: 16))
            let isCompared = match.2 != "NOBITS" && !Self.different.contains(String(match.1))
            let range = isCompared ? start..<(start + size) : start..<start
            sections["\(match.1) \(match.2) \(size)"] = Array(bytes[range])
        }
        try #require(sections.count > 30)
        let file = try ELFFile(path)
        sections["needed"] = Array(file.needed.sorted().joined(separator: "\n").utf8)
        sections["runpath"] = Array(file.runpath.joined(separator: "\n").utf8)
        sections["soname"] = Array((file.soname ?? "").utf8)
        let symbols = try Shell.run(["nm", "-a", path]) + Shell.run(["nm", "-D", path])
        sections["symbols"] = Array(
            symbols.split(separator: "\n").sorted().joined(separator: "\n").utf8)
    }

    private static let different: Set = [
        // Of the compiler's arguments, with the names of temporary files; and of all the rest.
        ".swift_modhash", ".note.gnu.build-id",
        // swift-autolink-extract orders the libraries, and with them come their symbols.
        ".dynamic", ".dynstr", ".dynsym", ".gnu.hash", ".gnu.version", ".gnu.version_r", ".strtab",
        ".symtab",
    ]

    func differences(from other: ComparableLibrary) -> [String] {
        Set(sections.keys).union(other.sections.keys).sorted().filter {
            sections[$0] != other.sections[$0]
        }
    }
}

/// A mount namespace for the server in which /proc is empty.
private enum HiddenProc {
    static let launcher = [
        "/usr/bin/unshare", "--mount", "/bin/sh", "-c", "mount -t tmpfs tmpfs /proc && exec \"$@\"",
        "sh",
    ]

    static var isPossible: Bool {
        geteuid() == 0 && (try? Shell.run(launcher + ["true"])) != nil
    }
}
