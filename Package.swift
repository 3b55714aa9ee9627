// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
//
// `make` is the way in: it finds httpd, APR and the Swift toolchain and passes what it found in
// one generated file, .build/httpd.toolset.json (scripts/configure). See CONTRIBUTING.md.

import Foundation
import PackageDescription

/// The root of the Swift toolchain, whose own copy of SwiftSyntax the builder uses: it matches the
/// compiler, and building the package takes nine minutes (docs/decisions/0003).
let toolchain: String = {
    if let named = Context.environment["MOD_SWIFT_TOOLCHAIN"] { return named }
    let path = Context.environment["PATH"] ?? "/usr/bin"
    for folder in path.split(separator: ":") {
        let compiler = URL(fileURLWithPath: "\(folder)/swiftc")
        guard FileManager.default.isExecutableFile(atPath: compiler.path) else { continue }
        return compiler.resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }
    return "/usr"
}()
let hostLibraries = "\(toolchain)/lib/swift/host"

// CI and the tests are built with warnings as errors; a user's build is not, as a later compiler may
// have new ones.
let treatsWarningsAsErrors = ["MOD_SWIFT_STRICT", "MOD_SWIFT_TESTS"].contains {
    Context.environment[$0] != nil
}
let strict: [SwiftSetting] =
    [.strictMemorySafety(), .enableUpcomingFeature("ExistentialAny")]
    + (treatsWarningsAsErrors ? [.treatAllWarnings(as: .error)] : [])
// Every module is linked to the regular expressions, used or not: 0.4 MB of each process of httpd's.
// Who uses them says so to the linker. Functions are put into sections of their own, for the linker to
// order: docs/decisions/0056.
let inServer: [SwiftSetting] =
    strict + [
        .unsafeFlags(
            ["swift_StringProcessing", "swift_RegexParser"].flatMap {
                ["-Xfrontend", "-disable-autolink-library", "-Xfrontend", $0]
            } + ["-Xfrontend", "-function-sections"])
    ]
let swiftSyntax: [SwiftSetting] = [.unsafeFlags(["-I\(hostLibraries)"])]
let swiftSyntaxLibraries: [LinkerSetting] = [
    .unsafeFlags(["-L\(hostLibraries)", "-Xlinker", "-rpath=\(hostLibraries)"]),
    .linkedLibrary("SwiftSyntax"), .linkedLibrary("SwiftParser"),
]

let package = Package(
    name: "mod_swift",
    products: [
        .library(name: "ModSwift", type: .dynamic, targets: ["ModSwift"]),
        .executable(name: "mod_swift_build", targets: ["mod_swift_build"]),
        .executable(name: "mod_swift_symbolize", targets: ["mod_swift_symbolize"]),
        .executable(name: "modswift", targets: ["modswift"]),
    ],
    dependencies: [
        // For the command line only; nothing that httpd loads is linked to it
        // (docs/decisions/0012).
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Types that handlers and the packages they use share: one library each
        // (docs/decisions/0018). Without Foundation, which its trait would bring along.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // httpd's and APR's headers, the configuration structures the shim fills, and static
        // inline helpers for what Swift cannot call.
        .systemLibrary(name: "CApache"),

        // What the library and the builder must agree on: a module's key, file names, the stamp.
        .target(
            name: "ModuleArtifact", dependencies: ["CApache"], swiftSettings: inServer,
            linkerSettings: [.linkedLibrary("apr-1")]),

        // Files, locks, clocks and processes: what library and builder need of the system.
        .target(name: "SystemCalls", swiftSettings: inServer),

        // What the compiler says, read and cut into excerpts.
        .target(name: "CompilerDiagnostics", swiftSettings: inServer),

        // The directory of compiled modules: its layout, its bound, its checks.
        .target(
            name: "ModuleCache", dependencies: ["ModuleArtifact", "SystemCalls"],
            swiftSettings: inServer),

        // The imports of a Swift source.
        .target(name: "ImportScanning", swiftSettings: inServer),

        // Which sources make a module, with all that it imports, and which build that is.
        .target(
            name: "ModuleGraph", dependencies: ["ImportScanning", "ModuleArtifact", "SystemCalls"],
            swiftSettings: inServer),

        // Cookie and Set-Cookie, and what signed cookies look like.
        .target(name: "CookieCoding", dependencies: ["SystemCalls"], swiftSettings: inServer),
        // The error reference, read.
        .target(name: "ErrorReference", swiftSettings: inServer),
        // What the server decides from values alone, without httpd.
        .target(name: "ServerRules", dependencies: ["SystemCalls"], swiftSettings: inServer),

        // Any Codable as bytes, for cookies, sessions and shared values.
        .target(name: "ValueCoding", swiftSettings: inServer),
        // Sessions without httpd: records, states, what follows from them.
        .target(
            name: "SessionCoding", dependencies: ["ValueCoding"], swiftSettings: inServer),
        // The formats of forms: urlencoded and multipart bodies, the names and values of fields.
        .target(name: "FormCoding", dependencies: ["SystemCalls"], swiftSettings: inServer),
        // Server pages, translated to Swift.
        .target(name: "PageParsing", swiftSettings: inServer),

        // What URLs name in a published module.
        .target(name: "PublisherPaths", swiftSettings: inServer),

        // The way back from a trap in handler code.
        // DWARF 4 as Swift's: valgrind 3.19 gives up on a library with more than one unit of 5.
        .target(
            name: "CTrapGuard", cSettings: [.unsafeFlags(["-gdwarf-4", "-ffunction-sections"])]),

        // The library handlers import.
        .target(
            name: "ModSwift",
            dependencies: [
                "CApache", "CTrapGuard", "CompilerDiagnostics", "ErrorReference", "ImportScanning",
                "ModuleArtifact",
                "ModuleCache", "ModuleGraph", "ServerRules", "SystemCalls",
                // The features' pure parts, a line each.
                "FormCoding",
                "CookieCoding",
                "SessionCoding",
                "ValueCoding",
                "PublisherPaths",
                "PageParsing",
            ],
            exclude: ["exports.map", "functions.order"],
            swiftSettings: inServer + [
                // Handlers compile without httpd's headers only against a resilient module
                // (docs/decisions/0001).
                .unsafeFlags(["-enable-library-evolution"]),
                // Objects of one thread at a time need no checks for overlapping access in every
                // property of ours; handlers keep theirs.
                .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
            ],
            linkerSettings: [
                .unsafeFlags([
                    "-use-ld=lld", "-no-toolchain-stdlib-rpath",
                    "-Xlinker", "-soname=libModSwift.so.1",
                    "-Xlinker", "--build-id=sha1",
                    "-Xlinker", "-z", "-Xlinker", "nodelete",
                    "-Xlinker", "--as-needed", "-Xlinker", "--gc-sections",
                    "-Xlinker",
                    "--symbol-ordering-file=\(Context.packageDirectory)/Sources/ModSwift/functions.order",
                    "-Xlinker", "--no-warn-symbol-ordering",
                    "-Xlinker",
                    "--version-script=\(Context.packageDirectory)/Sources/ModSwift/exports.map",
                ]),
                .linkedLibrary("apr-1"),
            ]),

        // What handlers may import beside it. scripts/link makes one library of each, and one of each
        // module of others that they show.
        .target(
            name: "ModSwiftHTTPTypes",
            dependencies: ["ModSwift", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: strict),
        .target(
            name: "ModSwiftLogging",
            dependencies: ["ModSwift", .product(name: "Logging", package: "swift-log")],
            // It has work to do when it is loaded: who imports it is linked to it, used or not.
            swiftSettings: strict + [
                .unsafeFlags(["-module-link-name", ":libModSwiftLogging.so.1"])
            ]),
        .target(name: "ModSwiftJSON", dependencies: ["ModSwift"], swiftSettings: strict),
        // Checks of session stores, for those who write one.
        .target(
            name: "ModSwiftSessionConformance", dependencies: ["ModSwift"], swiftSettings: strict),

        // What swiftc would run, so that the builder can do it.
        .target(name: "CompilerJobs", dependencies: ["DebugSymbols"], swiftSettings: strict),

        // The arguments of a program, also where there is no /proc.
        .target(name: "CProgramArguments"),

        // The builder program: source in, stamped shared library out. Runs in its own process.
        .target(name: "HandlerDiscovery", swiftSettings: strict + swiftSyntax),
        .executableTarget(
            name: "mod_swift_build",
            dependencies: [
                "CProgramArguments", "CompilerJobs", "DebugSymbols", "HandlerDiscovery",
                "ImportScanning", "ModuleArtifact", "ModuleGraph", "PageParsing", "SystemCalls",
            ],
            swiftSettings: strict + swiftSyntax,
            linkerSettings: swiftSyntaxLibraries),

        // Names and lines for addresses: ELF's symbols, DWARF's debug information.
        .target(name: "DebugSymbols", swiftSettings: strict),

        // The symbolizer program: tells where a trap was. Runs in its own process.
        .executableTarget(
            name: "mod_swift_symbolize",
            dependencies: ["CProgramArguments", "DebugSymbols", "SystemCalls"],
            swiftSettings: strict),

        // The command line, for people. Needs no httpd to run.
        .executableTarget(
            name: "modswift",
            dependencies: [
                "CApache", "CompilerDiagnostics", "ErrorReference", "ImportScanning",
                "ModuleArtifact",
                "ModuleCache", "ModuleGraph", "PageParsing", "SystemCalls",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // A private httpd for tests; also for people who write handlers. It waits for servers all the
        // time, and asks cheaply only where it is optimised.
        .target(name: "ModSwiftTesting", swiftSettings: [.unsafeFlags(["-O"])]),

        // The cases of Tests/Fixtures/Cases, for tests of several targets.
        .target(name: "TestCases", path: "Tests/TestCases"),
        .testTarget(name: "FormCodingTests", dependencies: ["FormCoding", "TestCases"]),
        .testTarget(
            name: "ImportScanningTests", dependencies: ["ImportScanning"],
            swiftSettings: swiftSyntax, linkerSettings: swiftSyntaxLibraries),
        .testTarget(
            name: "ModuleGraphTests",
            dependencies: ["ModuleArtifact", "ModuleGraph", "SystemCalls"]),
        .testTarget(
            name: "CompilerJobsTests", dependencies: ["CompilerJobs", "DebugSymbols"]),
        // Drawings and indexes of docs/ against what they speak of.
        .testTarget(name: "DocumentationTests"),
        .testTarget(name: "CookieCodingTests", dependencies: ["CookieCoding"]),
        .testTarget(name: "ModuleArtifactTests", dependencies: ["ModuleArtifact"]),
        .testTarget(
            name: "ModuleCacheTests",
            dependencies: ["ModuleArtifact", "ModuleCache", "SystemCalls"]),
        .testTarget(name: "CompilerDiagnosticsTests", dependencies: ["CompilerDiagnostics"]),
        .testTarget(
            name: "DebugSymbolsTests", dependencies: ["DebugSymbols", "SystemCalls"]),
        .testTarget(
            name: "PageParsingTests", dependencies: ["PageParsing"],
            swiftSettings: swiftSyntax, linkerSettings: swiftSyntaxLibraries),
        .testTarget(name: "ErrorReferenceTests", dependencies: ["ErrorReference"]),
        .testTarget(name: "ServerRulesTests", dependencies: ["ServerRules", "SystemCalls"]),
        .testTarget(name: "SystemCallsTests", dependencies: ["SystemCalls"]),
        .testTarget(
            name: "SessionCodingTests", dependencies: ["SessionCoding", "ValueCoding"]),
        .testTarget(
            name: "HandlerDiscoveryTests", dependencies: ["HandlerDiscovery"],
            swiftSettings: swiftSyntax, linkerSettings: swiftSyntaxLibraries),
        .testTarget(name: "PublisherPathsTests", dependencies: ["PublisherPaths"]),
        .testTarget(name: "ValueCodingTests", dependencies: ["ValueCoding"]),
        .testTarget(
            name: "HTTPDTests", dependencies: ["ModSwiftTesting", "ModuleArtifact", "TestCases"]),
    ]
)

// The live tests use what scripts/build has laid out, and the command line: a second build of all the
// rest, for debugging, is nothing that a test looks at.
if Context.environment["MOD_SWIFT_TESTS"] != nil {
    let built = ["mod_swift_build", "mod_swift_symbolize"]
    package.targets.removeAll {
        $0.name == "ModSwift" || built.contains($0.name)
            || $0.dependencies.contains { "\($0)".contains("\"ModSwift\"") }
    }
    package.products.removeAll { $0.name != "modswift" }
}

// All that httpd needs, in one go: `swift build` names one product at a time, and the machine has more
// than one core.
if Context.environment["MOD_SWIFT_SERVER_ONLY"] != nil {
    package.targets.removeAll {
        $0.type == .test || ["modswift", "ModSwiftTesting", "TestCases"].contains($0.name)
    }
    package.products.removeAll { $0.name == "modswift" }
}
