// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The parent process of a server, the leader of its own session.
///
/// httpd signals its whole process group when it stops (prefork does), so it must not share ours.
/// The process is not reaped before its session is empty: until then its id, which is also the
/// session's id, cannot be reused.
struct ServerProcess: Sendable {
    let pid: pid_t

    static func start(
        program: String, arguments: [String], environment: [String: String], output: String
    ) throws -> ServerProcess {
        let child = try Spawn(
            program: program, arguments: arguments + ["-DFOREGROUND"], environment: environment,
            output: output
        ).start()
        return ServerProcess(pid: child)
    }

    var hasExited: Bool { ChildProcess.hasExited(pid) }

    /// Its exit status, if it has ended and has not been reaped.
    var exitStatus: ExitStatus { ChildProcess.exitStatus(pid) }

    func signal(_ signal: CInt) { kill(pid, signal) }

    /// Waits for the end of every process in the session.
    ///
    /// - Returns: The remaining processes, by id and name.
    func waitForEnd(by deadline: Deadline) -> [String] {
        let isOver = deadline.wait { hasExited && members.isEmpty }
        return isOver ? [] : members.map { "\($0.name) (\($0.pid))" }
    }

    /// Kills every process in the session, and waits for their end.
    func killSession() {
        _ = Deadline(after: .seconds(60)).wait {
            for member in members { kill(member.pid, SIGKILL) }
            return hasExited && members.isEmpty
        }
    }

    func reap() -> ExitStatus { ChildProcess.reap(pid) }

    private var members: [ProcessEntry] { ProcessTable.members(ofSession: pid) }
}
