// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Stops a server whose test process has ended, however it ended.
///
/// A small shell process waits at one end of a socket, whose other end only the test process has:
/// when that end closes without a message, it ends the server's session and removes its directory.
/// `PR_SET_PDEATHSIG` cannot be used: it applies to the thread that started the server, and threads
/// of tests are created and ended at any time.
final class Watchdog: Sendable {
    private let pid: pid_t
    private let descriptor: CInt

    init(of directory: PrivateDirectory) throws {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw HTTPDError(.setup, "no socket for the watchdog: \(SystemError.lastText)")
        }
        defer { close(ends[1]) }
        descriptor = ends[0]
        let keeps = PrivateDirectory.isKept(afterFailure: true) ? "keep" : ""
        do {
            pid = try Spawn(
                program: "/bin/sh",
                arguments: ["-c", Self.script, "mod_swift-watchdog", directory.root, keeps],
                environment: ["PATH": "/usr/bin:/bin"], input: ends[1]
            ).start()
        } catch {
            close(ends[0])
            throw error
        }
    }

    /// Sets the session to end; `nil`: none.
    func watch(session: pid_t?) { tell(session.map { "\($0)" } ?? "none") }

    /// Ends the watchdog itself.
    func dismiss() {
        tell("done")
        close(descriptor)
        let hasEnded = Deadline(after: .seconds(60)).wait { ChildProcess.hasExited(pid) }
        if !hasEnded { kill(pid, SIGKILL) }
        _ = ChildProcess.reap(pid)
    }

    private func tell(_ word: String) {
        let line = Array("\(word)\n".utf8)
        send(descriptor, line, line.count, CInt(MSG_NOSIGNAL))
    }

    private static let script = """
        session=
        while read -r word; do
            case $word in
            done) exit 0 ;;
            none) session= ;;
            *) session=$word ;;
            esac
        done
        members() {
            for stat in /proc/[0-9]*/stat; do
                read -r line <"$stat" || continue
                set -- ${line##*) }
                [ "$4" = "$session" ] && [ "$1" != Z ] && echo "${line%% *}"
            done
        }
        if [ -n "$session" ]; then
            kill -TERM "$session"
            tries=0
            while [ -n "$(members)" ] && [ "$tries" -lt 60 ]; do
                sleep 0.2
                tries=$((tries + 1))
            done
            for pid in $(members); do kill -KILL "$pid"; done
        fi
        [ -n "$2" ] || rm -rf "$1"
        """
}
