// SPDX-License-Identifier: Apache-2.0
//
// `SwiftHandler mod_swift::cgi`: a Swift script, compiled to a program, which runs in a separate
// process for each request.

internal import SystemCalls

enum CGI {
    /// The handler's name after `mod_swift::`.
    static let name = "cgi"

    /// The script that a request's file names: the file itself, or the Swift source of the same name.
    ///
    /// - Throws: ``Status/notFound`` if there is no such script; ``HandlerFailure``.
    static func handler(
        for request: Request, _ phase: Phase, _ configuration: DirectoryConfiguration
    ) throws -> Immortal<LoadedHandler> {
        guard phase == .content else { throw HandlerFailure.scriptPhase(phase) }
        guard let path = request.filename, let source = source(of: path) else {
            throw Status.notFound
        }
        let identity = ModuleIdentity(
            program: source, optimize: request.servingServer?.optimizes ?? true)
        do {
            let version = try request.version(
                of: Loader.slot(identity), ReloadPolicy(configuration))
            guard let handler = version.scriptHandler else { throw Status.notFound }
            return handler
        } catch is SourceMissing {
            throw Status.notFound
        }
    }

    private static func source(of path: String) -> String? {
        if FileSystem.isRegularFile(path) { return path }
        let name = FilePath.name(of: path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        let source = "\(FilePath.parent(of: path))/\(name[..<dot]).swift"
        return FileSystem.isRegularFile(source) ? source : nil
    }
}

extension ModuleIdentity {
    /// Identifies the program of a script. A program shares nothing with the server, and therefore
    /// has no namespace.
    init(program source: String, optimize: Bool) {
        self.init(sourcePath: source, namespace: "", optimize: optimize)
        isProgram = true
    }
}

/// The compiled program of a script.
final class ScriptProgram: Sendable {
    private let source: String
    private let program: OpenProgram

    /// - Throws: ``SystemError``.
    init(_ path: String, source: String) throws {
        self.source = source
        program = try OpenProgram(path)
    }

    /// Runs it for a request.
    ///
    /// - Throws: ``HandlerFailure``, ``Status``, ``ClientGone``.
    func run(_ request: Request) throws -> Status {
        let process: ScriptProcess
        do {
            process = try ScriptProcess(program.descriptor, script: source, for: request.live)
        } catch {
            throw HandlerFailure.scriptNotStarted(source, error)
        }
        return try ScriptExchange(request, process, source).run()
    }
}
