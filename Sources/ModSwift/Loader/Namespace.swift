// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The name of the copy of all modules' globals that a handler uses.
///
/// What mod_python called an interpreter is here a namespace: each has its own build of every module
/// it uses, and so its own types and globals.
enum Namespace {
    /// The namespace where nothing has a name.
    static let main = "main_interpreter"

    /// That of a server, where no directive says another.
    static func name(at server: ServerRecord?) -> String { server?.hostname ?? main }

    /// Names the namespace of a handler.
    ///
    /// - Parameter directory: Where the directive stands that names the handler.
    static func name(
        for subject: some HandlerContext, handlerIn directory: String?,
        _ configuration: DirectoryConfiguration
    ) -> String {
        if configuration.usesFastPath { return name(at: subject.servingServer) }
        if let name = configuration.interpreter { return name }
        if configuration.namesNamespaceByFile { return subject.fileDirectory ?? main }
        if configuration.namesNamespaceByDirective { return directory ?? main }
        return name(at: subject.servingServer)
    }
}

extension Request {
    /// The directory of the request's file, with a slash at its end; nil while there is no file.
    ///
    /// Only one that is there: clients must not be able to make up namespaces, each of which is
    /// built. A directory that was asked for without its slash is itself (N5-11).
    var fileDirectory: String? {
        guard let path = filename, path.hasPrefix("/") else { return nil }
        if FileSystem.isDirectory(path) { return path.hasSuffix("/") ? path : "\(path)/" }
        let directory = FilePath.parent(of: path)
        guard FileSystem.isDirectory(directory) else { return nil }
        return directory.hasSuffix("/") ? directory : "\(directory)/"
    }
}
