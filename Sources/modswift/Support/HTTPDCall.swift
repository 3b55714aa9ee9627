// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls

/// A call of httpd for one configuration, as its own control program would make it.
struct HTTPDCall {
    let program: ServerProgram
    /// The path of the configuration.
    let configuration: String
    /// Names to be defined with `-D`.
    var definitions: [String] = []

    /// The file with the environment variables that Debian's configuration uses.
    private var variables: String? {
        let file = "\(FilePath.parent(of: configuration))/envvars"
        return FileSystem.isRegularFile(file) ? file : nil
    }

    /// Returns a process of httpd.
    func process(_ arguments: [String], _ group: ChildProcess.Group) -> ChildProcess {
        let all =
            ["-f", configuration] + definitions.flatMap { ["-D", $0] } + arguments
        // The caller's environment is not passed on: a server started by init does not have it,
        // either.
        let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
        guard let variables else {
            return ChildProcess(
                path: program.path, arguments: all, environment: environment, directory: "/",
                group: group)
        }
        return ChildProcess(
            path: "/bin/sh",
            arguments: ["-c", ". \"$1\"; shift; exec \"$@\"", "sh", variables, program.path] + all,
            environment: environment, directory: "/", group: group)
    }

    /// Runs httpd to its end.
    ///
    /// - Returns: Its output.
    /// - Throws: ``Trouble`` with its own message.
    @discardableResult
    func run(_ arguments: [String], _ complaint: String) throws -> String {
        let (end, output) = try process(arguments, .own).run(
            until: MonotonicTime.now.advanced(bySeconds: 60), outputLimit: 64 << 20)
        let text = String(decoding: output, as: UTF8.self)
        guard end == .exited(0) else { throw Trouble("\(complaint):\n\(text)") }
        return text
    }
}

/// The configuration file of a command.
struct ConfigurationFile {
    let path: String

    /// - Throws: ``Trouble`` if there is none.
    init(_ path: String) throws {
        guard let real = FilePath.real(path), FileSystem.isRegularFile(real) else {
            throw Trouble("There is no configuration \(path).")
        }
        // A relative path would be relative to ServerRoot. A link is not resolved, because the
        // configuration may refer to files in its directory.
        self.path = path.hasPrefix("/") ? path : real
        try makeDirectories()
    }

    /// The first line of the output of genconfig.
    static let mark = "# Written by \"modswift genconfig\"."

    /// Creates the directories of a configuration: httpd rejects a ServerRoot that does not exist;
    /// that of genconfig is created when it is first needed.
    private func makeDirectories() throws {
        guard let file = try? FileSystem.read(path, limit: 1 << 20) else { return }
        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first?.hasPrefix(Self.mark) == true,
            let line = lines.first(where: { $0.hasPrefix("ServerRoot \"/") })
        else { return }
        let root = String(line.dropFirst("ServerRoot \"".count).prefix { $0 != "\"" })
        guard FileSystem.isDirectory(FilePath.parent(of: root)) else { return }
        for path in [root, "\(root)/logs"] { try FileSystem.makeDirectory(path, mode: 0o755) }
    }
}
