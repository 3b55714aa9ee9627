// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleGraph
internal import SystemCalls

/// An imported module has been removed from the cache since it was found there.
struct ImportMissing: Error {}

/// Runs the builder program, mod_swift_build.
struct Builder {
    /// The build output that is kept, in bytes: more diagnostics would be of no use.
    private static let outputLimit = 256 << 10

    /// The time that the builder has to end the compiler, in seconds, before it is killed itself.
    private static let grace = 1.0

    /// The number of running builders of this process: each uses a processor.
    private static let running = Monitor(0)

    private static func takeProcessor(_ running: inout Int) -> Bool? {
        guard running < max(2, Processors.count) else { return nil }
        running += 1
        return true
    }

    let settings: LoaderSettings
    let cache: ArtifactCache

    /// Builds a module into the cache.
    ///
    /// Its imports must already be there.
    ///
    /// - Parameter deadline: The time at which the builder and everything it started are killed.
    /// - Returns: The duration in milliseconds.
    /// - Throws: ``HandlerFailure``: the compiler's diagnostics, or the reason why the builder
    ///   could not work; ``ImportMissing``.
    @discardableResult
    func build(
        _ module: ModuleNode, of source: ModuleSource, until deadline: MonotonicTime
    ) throws -> Int {
        let path = module.path
        guard FileSystem.isRegularFile(settings.compiler) else {
            throw HandlerFailure.noCompiler(settings.compiler, for: path)
        }
        guard Self.running.wait(until: deadline, Self.takeProcessor) != nil else {
            throw HandlerFailure.buildTimedOut(path, seconds: settings.buildTimeout)
        }
        defer { Self.running.change { $0 -= 1 } }
        let start = MonotonicTime.now
        let result: (end: ProcessEnd, output: [UInt8])
        do {
            result = try process(module, source).run(
                until: deadline, outputLimit: Self.outputLimit,
                watching: BackgroundThread.lifeline?.descriptor, grace: Self.grace)
        } catch {
            throw HandlerFailure.builderFailed("\(error)")
        }
        let output = String(decoding: result.output, as: UTF8.self)
        switch result.end {
        case .exited(BuilderExit.built.rawValue):
            let milliseconds = (MonotonicTime.now.nanoseconds - start.nanoseconds) / 1_000_000
            // Scripts have no namespace.
            let namespace = source.identity.namespace
            let user = namespace.isEmpty ? "" : " for namespace \(printable(namespace))"
            MainServer.log(
                "MSW0110: built \(printable(path))\(user) in \(milliseconds) ms", .info)
            return milliseconds
        case .exited(BuilderExit.diagnostics.rawValue):
            MainServer.log("MSW0114: the compiler refused \(path)", .info)
            throw HandlerFailure.buildFailed(path, texts: source.texts, diagnostics: output)
        case .exited(BuilderExit.sourceChanged.rawValue):
            throw HandlerFailure.sourceChanged(path)
        case .exited(BuilderExit.noSpace.rawValue):
            throw HandlerFailure.noSpace(in: cache.directory)
        case .exited(BuilderExit.importMissing.rawValue): throw ImportMissing()
        case .exited(let code):
            throw HandlerFailure.builderFailed("it ended with \(code)", output: output)
        case .abandoned, .signalled(ProcessEnd.asked): throw HandlerFailure.builderAsked
        case .signalled(let signal):
            throw HandlerFailure.builderFailed("it was ended by signal \(signal)", output: output)
        case .unknown:
            throw HandlerFailure.builderFailed(
                "its exit status was collected by another module of httpd",
                output: output)
        case .timedOut:
            throw HandlerFailure.buildTimedOut(path, seconds: settings.buildTimeout)
        }
    }

    private func process(_ module: ModuleNode, _ source: ModuleSource) -> ChildProcess {
        ChildProcess(
            path: Self.program,
            arguments: Self.arguments(module, of: source, settings, cache: cache.directory),
            environment: environment, directory: cache.work, group: .own, reportsExit: true)
    }

    /// The path of the builder program.
    static var program: String { "\(LibraryImage.directory)/mod_swift_build" }

    /// Returns the arguments of the builder.
    static func arguments(
        _ module: ModuleNode, of source: ModuleSource, _ settings: LoaderSettings, cache: String
    ) -> [String] {
        let identity = source.identity
        let isPage = identity.isPage && module === source.module
        var inputs = [
            "source=\(module.path)", "key=\(module.key.hexadecimal)",
            "namespace=\(identity.namespace)",
            "optimize=\(identity.optimize)", "page=\(isPage)", "program=\(identity.isProgram)",
            "build-id=\(LibraryImage.buildID)",
            "compiler-version=\(LoaderSettings.compilerVersion)", "compiler=\(settings.compiler)",
            "library=\(LibraryImage.directory)", "cache=\(cache)",
        ]
        inputs += module.imports.map { "import=\($0.name)=\(Self.argument($0.module))" }
        inputs += module.closure.map { "closure=\(Self.argument($0))" }
        inputs += identity.searchPath.map { "searched=\($0)" }
        return inputs
    }

    private static func argument(_ module: ModuleNode) -> String {
        "\(module.key.hexadecimal)=\(module.path)"
    }

    /// The environment, without that of httpd, which may contain anything.
    private var environment: [String] {
        // The builder is linked to the SwiftSyntax of the toolchain that built it; that of
        // SwiftCompiler's toolchain is searched first.
        let bin = FilePath.parent(of: FilePath.real(settings.compiler) ?? settings.compiler)
        let host = "\(FilePath.parent(of: bin))/lib/swift/host"
        return [
            "PATH=\(bin):/usr/bin:/bin", "LANG=C.UTF-8", "HOME=\(cache.work)",
            "TMPDIR=\(cache.work)", "LD_LIBRARY_PATH=\(host)",
        ]
    }
}
