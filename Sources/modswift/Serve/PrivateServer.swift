// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls

/// An httpd with one site, in a temporary directory.
final class PrivateServer {
    private let site: Site
    private let program: ServerProgram
    private let installation: Installation
    private let port: Int
    private let account: ServerAccount
    private let root: String
    private var process: RunningProcess?
    private var shown = 0

    private var log: String { "\(root)/logs/error.log" }
    private var output: String { "\(root)/logs/output" }

    /// Creates the directory and the configuration.
    ///
    /// - Throws: ``Trouble``, ``SystemError``.
    init(_ site: Site, _ program: ServerProgram, _ installation: Installation, port: Int) throws {
        self.program = program
        self.port = port
        account = try ServerAccount()
        let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        root = try FileSystem.makeUniqueDirectory("\(temporary)/mod_swift-serve")
        try FileSystem.setMode(0o755, of: root)
        do {
            try FileSystem.makeDirectory("\(root)/logs", mode: 0o755)
            let copies = try account.readable(site, installation, copiesIn: root)
            (self.site, self.installation) = copies
        } catch {
            FileSystem.removeTree(root)
            throw error
        }
    }

    /// Starts httpd and waits until it accepts connections.
    ///
    /// - Throws: ``Trouble`` with httpd's own message.
    func start() throws {
        let path = "\(root)/httpd.conf"
        let configuration = ServerConfiguration(
            site: site, installation: installation, port: port, root: root, account: account)
        try FileSystem.write(Array(configuration.text.utf8), to: path, mode: 0o644)
        try check(path)
        process = try child(["-f", path, "-DFOREGROUND"], .ownSession).start(log: output)
        let deadline = MonotonicTime.now.advanced(bySeconds: 20)
        while !LocalPort.isTaken(port) {
            if let end = endIfAny() {
                throw Trouble("httpd did not start (\(end)):\n\(text(of: output))\(text(of: log))")
            }
            guard MonotonicTime.now < deadline else {
                stop()
                throw Trouble(
                    "httpd does not listen on 127.0.0.1:\(port) after 20 s.\n\(text(of: log))")
            }
            pause(milliseconds: 10)
        }
    }

    private func check(_ path: String) throws {
        let (end, output) = try child(["-f", path, "-t"], .own).run(
            until: MonotonicTime.now.advanced(bySeconds: 20), outputLimit: 1 << 16)
        guard end == .exited(0) else {
            throw Trouble(
                "httpd refuses the configuration:\n\(String(decoding: output, as: UTF8.self))"
                    + "The site's own part is \(site.directory)/\(Site.configurationName).")
        }
    }

    private func child(_ arguments: [String], _ group: ChildProcess.Group) -> ChildProcess {
        // The caller's environment is not passed on: a server started by init does not have it,
        // either.
        ChildProcess(
            path: program.path, arguments: arguments,
            environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"], directory: root,
            group: group)
    }

    /// The message when it is ready.
    var greeting: String {
        let copies =
            site.directory.hasPrefix("\(root)/")
            ? "\n  The user \(account.name) cannot read the directory: this is a copy, edit \(site.directory)\n"
            : ""
        return """

              http://127.0.0.1:\(port)/          \(site.directory)
              http://127.0.0.1:\(port)/_status   what the server knows of its handlers
            \(copies)
            Edit a file and reload the page. Ctrl-C ends the server. Its error log follows.

            """
    }

    func endIfAny() -> ProcessEnd? { process?.endIfAny() }

    func printNewLogLines() {
        guard let file = try? FileSystem.read(log, limit: 1 << 30), file.bytes.count > shown else {
            return
        }
        // Only whole lines; the rest is shown when its line end arrives.
        guard let end = file.bytes.lastIndex(of: UInt8(ascii: "\n")), end >= shown else { return }
        print(String(decoding: file.bytes[shown...end], as: UTF8.self), terminator: "")
        fflush(nil)
        shown = end + 1
    }

    func stop() { process?.stop(within: 10) }

    /// Stops the server if it is still running, and removes its directory.
    func remove() {
        stop()
        FileSystem.removeTree(root)
    }

    private func text(of path: String) -> String {
        (try? FileSystem.read(path, limit: 1 << 20)).map {
            String(decoding: $0.bytes, as: UTF8.self)
        } ?? ""
    }
}
