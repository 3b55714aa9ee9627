// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls

/// A server that may be running, identified by its configuration: httpd itself reports the paths of
/// its files.
struct ControlledServer {
    private let call: HTTPDCall
    let errorLog: String
    private let pidFile: String
    private let root: String

    /// Makes httpd read the configuration.
    ///
    /// - Throws: ``Trouble`` with httpd's own message.
    init(_ call: HTTPDCall) throws {
        self.call = call
        let text = try call.run(
            ["-t", "-D", "DUMP_RUN_CFG"], "httpd refuses the configuration \(call.configuration)")
        func value(_ name: String) -> String {
            text.split(separator: "\n").first { $0.hasPrefix("\(name): ") }.map {
                $0.dropFirst(name.count + 2).filter { $0 != "\"" }
            } ?? ""
        }
        errorLog = value("Main ErrorLog")
        pidFile = value("PidFile")
        root = value("ServerRoot")
    }

    /// Creates the directories of the log and the pid file.
    func makeDirectories() throws {
        for path in [errorLog, pidFile] where path.hasPrefix("/") {
            let directory = FilePath.parent(of: path)
            if FileSystem.isDirectory(FilePath.parent(of: directory)) {
                try FileSystem.makeDirectory(directory, mode: 0o755)
            }
        }
    }

    /// Sends a command to httpd (`-k`).
    func signal(_ name: String) throws {
        try call.run(["-k", name], "httpd could not \(name)")
    }

    /// The process id of the running server; nil if none is running.
    var pid: pid_t? {
        guard let file = try? FileSystem.read(pidFile, limit: 100) else { return nil }
        let digits = String(decoding: file.bytes, as: UTF8.self).prefix(while: \.isNumber)
        guard let pid = pid_t(digits), kill(pid, 0) == 0 || errno == EPERM else { return nil }
        return pid
    }

    /// Waits until it has children that can serve requests.
    ///
    /// - Returns: Its process id; nil if it has ended, or has not started after 30 s.
    func waitUntilStarted() -> pid_t? {
        let end = MonotonicTime.now.advanced(bySeconds: 30)
        // It becomes a daemon, and writes the pid file once it listens.
        let begin = MonotonicTime.now.advanced(bySeconds: 5)
        while MonotonicTime.now < end {
            if let pid {
                if isServing(pid) { return pid }
            } else if MonotonicTime.now >= begin {
                return nil
            }
            pause(milliseconds: 20)
        }
        return nil
    }

    private func isServing(_ pid: pid_t) -> Bool {
        let path = "/proc/\(pid)/task/\(pid)/children"
        return FileSystem.virtualFile(path).map { !$0.isEmpty } ?? true
    }

    var logSize: Int { (try? FileSystem.info(of: errorLog))?.size ?? 0 }

    /// Returns the log lines since then.
    func log(since size: Int) -> String {
        guard let file = try? FileSystem.read(errorLog, limit: 1 << 30) else { return "" }
        return String(decoding: file.bytes.dropFirst(size).suffix(4096), as: UTF8.self)
    }
}
