// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The name of the copy of all modules' globals that a handler uses.
///
/// mod_python's interpreters correspond to namespaces: each has its own build of every module that
/// it uses, and therefore its own types and globals.
enum Namespace {
    /// The namespace if no name is set.
    static let main = "main_interpreter"

    /// Returns the namespace of a server, if no directive sets another one.
    static func name(at server: ServerRecord?) -> String { server?.hostname ?? main }

    /// Returns the namespace of a handler.
    ///
    /// - Parameter directory: The directory of the directive that names the handler.
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
    /// Only an existing directory: clients must not be able to invent namespaces, each of which is
    /// built. If a directory was requested without its slash, it is itself that directory (N5-11).
    var fileDirectory: String? {
        guard let path = filename, path.hasPrefix("/") else { return nil }
        if FileSystem.isDirectory(path) { return path.hasSuffix("/") ? path : "\(path)/" }
        let directory = FilePath.parent(of: path)
        guard FileSystem.isDirectory(directory) else { return nil }
        return directory.hasSuffix("/") ? directory : "\(directory)/"
    }
}
