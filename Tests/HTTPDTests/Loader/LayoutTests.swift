// SPDX-License-Identifier: Apache-2.0
//
// The built files, from the point of view of the dynamic linker and the compilers.

import Foundation
import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)), .coldCache)
struct LayoutTests {
    /// The modules that handlers may import: each has its own library.
    static let modules = [
        "HTTPTypes", "Logging", "ModSwift", "ModSwiftHTTPTypes", "ModSwiftJSON", "ModSwiftLogging",
        "ModSwiftSessionConformance",
    ]

    private let stage: ModSwiftStage
    private let build: String

    init() throws {
        stage = try .fromEnvironment()
        build = try stage.buildDirectory
    }

    @Test func theShimFindsTheLibraryOfItsBuildBesideItself() throws {
        let shim = try ELFFile(stage.module)
        #expect(try shim.runpath == ["$ORIGIN/mod_swift/\(stage.buildID)"])
        #expect(shim.needed.sorted() == ["libModSwift.so.1", "libc.so.6"])
        // SYMBOLIC: it uses its own module record, even if the process has loaded another
        // mod_swift.so.
        #expect(shim.flags.isSuperset(of: ["NODELETE", "SYMBOLIC"]))
        #expect(try shim.exports() == ["swift_module"])
    }

    @Test func theLibraryLiesInTheDirectoryOfItsBuildID() throws {
        let library = try ELFFile("\(build)/libModSwift.so.1")
        #expect(library.soname == "libModSwift.so.1")
        #expect(library.runpath == ["$ORIGIN"])
        #expect(library.flags.contains("NODELETE"))
        #expect(try library.buildID() == stage.buildID)
    }

    @Test func theLibraryShowsItsSwiftInterfaceAndItsEntryOnly() throws {
        let exports = try ELFFile("\(build)/libModSwift.so.1").exports()
        let others = exports.filter { !($0.hasPrefix("$s") && $0.contains("8ModSwift")) }
        // For the modules of handlers: see throw_record.c and author_calls.c.
        let wrapped = others.filter { $0.hasPrefix("__wrap_") }.map { $0.dropFirst(7) }
        #expect(
            wrapped.sorted() == [
                "exit", "pthread_exit", "pthread_sigmask", "quick_exit", "sigaction", "signal",
                "sigprocmask", "swift_allocError",
            ])
        #expect(others.filter { !$0.hasPrefix("__wrap_") } == ["msw_library"])
        // Internal: the symbols of targets that are linked into it.
        let inner = exports.filter {
            $0.contains("ModuleArtifact") || $0.contains("SystemCalls")
        }
        #expect(inner == [])
    }

    @Test func theLibraryNeedsNeitherFoundationNorAnythingOfThirdParties() throws {
        let system: Set = [
            "libapr-1.so.0", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libpthread.so.0",
        ]
        let strangers = try ELFFile("\(build)/libModSwift.so.1").needed.filter { name in
            name == "libswiftDispatch.so"
                || !(name.hasPrefix("libswift") || name.hasPrefix("ld-") || system.contains(name))
        }
        #expect(strangers == [])
    }

    @Test func builderAndModulesLieBesideTheLibrary() throws {
        #expect(FileManager.default.isExecutableFile(atPath: "\(build)/mod_swift_build"))
        let modules = try FileTree.files(below: "\(build)/modules")
        let triple = try SourceTree.configured("TRIPLE")
        for module in Self.modules {
            #expect(modules.contains("\(module).swiftmodule/\(triple).swiftmodule"))
        }
    }

    @Test(arguments: modules)
    func eachModuleHasOneLibrary(_ module: String) throws {
        let library = try ELFFile("\(build)/lib\(module).so.1")
        #expect(library.soname == "lib\(module).so.1")
        #expect(library.runpath == ["$ORIGIN"])
        #expect(library.flags.contains("NODELETE"))
        #expect(try library.buildID() != nil)
        // Types are the same for all users if only one library contains their descriptors.
        let type = ["HTTPTypes": "$s9HTTPTypes11HTTPRequestVMn", "Logging": "$s7Logging6LoggerVMn"]
        guard let type = type[module] else { return }
        let holders = try ELFFile.all(below: build).filter { try $0.exports().contains(type) }
        #expect(holders.map(\.soname) == [library.soname])
    }

    /// Otherwise handlers in a cache would be used with a library that they were not compiled
    /// against.
    @Test func aChangeOfAnyLibraryOrModuleIsAnotherBuild() throws {
        let source = try SourceTree.root
        try withTemporaryDirectory { root in
            let release = "\(root)/.build/release"
            try Shell.run(["mkdir", "-p", release])
            for folder in ["scripts", "crypto", "redis"] {
                try Shell.run(["cp", "-r", "\(source)/\(folder)", "\(root)/\(folder)"])
            }
            try Shell.run(["mkdir", "\(root)/Sources"])
            try Shell.run(["cp", "-r", "\(source)/Sources/CApache", "\(root)/Sources/CApache"])
            try Shell.run(["cp", "\(source)/.build/config.mk", "\(root)/.build/config.mk"])
            try Shell.run(["cp", "-r", "\(source)/.build/release/Modules", "\(release)/Modules"])
            for name in Self.modules.map({ "\($0).build" }) + ["libModSwift.so"] {
                try Shell.run(["ln", "-s", "\(source)/.build/release/\(name)", release])
            }
            func buildID() throws -> String? {
                try Shell.run(["\(root)/scripts/link", ".build/release"])
                return try ELFFile("\(release)/libraries/libModSwift.so.1").buildID()
            }
            #expect(try buildID() == stage.buildID)
            try Shell.run([
                "cp", "\(release)/Modules/ModSwift.swiftdoc", "\(release)/Modules/Logging.swiftdoc",
            ])
            #expect(try buildID() != stage.buildID)
        }
    }

    @Test func aHandlerIsLinkedToWhatItUsesAlone() throws {
        let plain = "func handler(_ req: Request) {}"
        // A change is visible in the very next response.
        try SwiftSite.with(plain, directives: "SwiftDebug On") { server throws in
            #expect(try server.app().status == 200)
            #expect(try ours(server.compiledApps) == ["libModSwift.so.1"])
            try server.writeApp(
                "import ModSwiftJSON\nfunc handler(_ req: Request) throws { try req.writeJSON(1) }")
            #expect(try server.app("json").text == "1")
            #expect(
                try ours(server.compiledApps) == ["libModSwift.so.1", "libModSwiftJSON.so.1"])
        }
    }

    /// Returns this build's libraries to which any of the handlers is linked.
    private func ours(_ handlers: [CompiledHandler]) -> [String] {
        let libraries = Set(Self.modules.map { "lib\($0).so.1" })
        return Set(handlers.flatMap(\.file.needed)).intersection(libraries).sorted()
    }

    @Test func noFileLooksForLibrariesInTheBuildTree() throws {
        let source = try SourceTree.root
        for file in try [ELFFile(stage.module)] + ELFFile.all(below: build) {
            let own = file.runpath.filter { $0.contains(source) || $0.contains(".build") }
            #expect(own == [], "\(file.path)")
        }
    }

    @Test func aCompiledHandlerBelongsToTheBuildThatCompiledIt() throws {
        try SwiftSite.with("func handler(_ req: Request) {}") { server throws in
            #expect(try server.app().status == 200)
            let handler = try #require(try server.compiledApps.first)
            #expect(try handler.buildID == stage.buildID)
            #expect(handler.file.needed.contains("libModSwift.so.1"))
            #expect(handler.file.runpath == [build])
            #expect(handler.file.flags.contains("NODELETE"))
            #expect(try handler.file.exports().contains("msw_register_handlers"))
        }
    }

    @Test func swiftAndGCCSeeTheSameStructures() throws {
        let structures = [
            "request_rec", "conn_rec", "server_rec", "apr_finfo_t", "module_struct",
            "msw_handler", "msw_dir_config", "msw_server_config", "msw_entry_points",
        ]
        try withTemporaryDirectory { folder in
            let layout = try StructureLayout(of: structures, in: folder)
            for structure in structures {
                let fields = try #require(layout.gcc[structure])
                #expect(fields.count > 5, "\(structure)")
                #expect(layout.swift[structure] == fields, "\(structure)")
            }
            let request = try #require(layout.gcc["request_rec"])
            #expect(request.contains { $0.hasPrefix("request_rec.useragent_ip ") })
        }
    }

    @Test func aHandlerIsCompiledWithoutTheHeadersOfHTTPDAndAPR() throws {
        let (source, compiler) = try (SourceTree.root, SourceTree.configured("SWIFTC"))
        try withTemporaryDirectory { folder in
            // An empty environment, which therefore names no directory of headers.
            try Shell.run([
                "env", "-i", compiler, "-swift-version", "6", "-parse-as-library", "-emit-library",
                "-module-name", "hello", "-o", "\(folder)/hello.so",
                "-module-cache-path", "\(folder)/cache", "-use-ld=lld",
                "-I", "\(build)/modules", "-L", build, "-Xlinker", "-l:libModSwift.so.1",
                "\(source)/Examples/hello/hello.swift",
            ])
            #expect(try ELFFile("\(folder)/hello.so").needed.contains("libModSwift.so.1"))
        }
    }
}
