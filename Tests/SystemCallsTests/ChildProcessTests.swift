// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SystemCalls

@Suite(.timeLimit(.minutes(1)))
struct ChildProcessTests {
    private func shell(
        _ script: String, directory: String = "/", group: ChildProcess.Group = .own
    ) -> ChildProcess {
        ChildProcess(
            path: "/bin/sh", arguments: ["-c", script], environment: ["A=1"],
            directory: directory, group: group)
    }

    private func text(_ process: ChildProcess, seconds: Double = 10) throws -> String {
        let deadline = MonotonicTime.now.advanced(bySeconds: seconds)
        let result = try process.run(until: deadline, outputLimit: 1 << 20)
        #expect(result.end == .exited(0))
        return String(decoding: result.output, as: UTF8.self)
    }

    @Test func nothingIsInheritedButWhatIsGiven() throws {
        setenv("MOD_SWIFT_TEST_SECRET", "secret", 1)
        let environment = try text(shell("env"))
        #expect(environment.contains("A=1"))
        #expect(!environment.contains("secret"))
        // Three descriptors, and the one with which ls reads the directory.
        #expect(try text(shell("ls /proc/self/fd | wc -l")) == "4\n")
        #expect(try text(shell("grep SigBlk /proc/self/status")).hasSuffix("0000000000000000\n"))
        #expect(try text(shell("pwd", directory: "/usr/bin")) == "/usr/bin\n")
    }

    @Test func itRunsWhereThisProcessCouldNot() throws {
        // A server that was started in a directory that its user cannot read: the compiler looks up
        // the current directory.
        #expect(try text(shell("cd . && pwd", directory: "/tmp")) == "/tmp\n")
    }

    @Test func howItEndedIsTold() throws {
        #expect(try shell("exit 3").run(until: nil, outputLimit: 0).end == .exited(3))
        #expect(try shell("kill -9 $$").run(until: nil, outputLimit: 0).end == .signalled(9))
        #expect(throws: SystemError.self) {
            try ChildProcess(
                path: "/no/such/program", arguments: [], environment: [], directory: "/",
                group: .own
            ).run(until: nil, outputLimit: 0)
        }
    }

    @Test func outputOverTheLimitIsReadAndThrownAway() throws {
        let result = try shell("head -c 1000000 /dev/zero; echo end >&2").run(
            until: nil, outputLimit: 1000)
        #expect(result.end == .exited(0))
        #expect(result.output.count == 1000)
    }

    @Test func atTheDeadlineTheWholeGroupEnds() throws {
        let start = MonotonicTime.now
        let result = try shell("sleep 600 & echo $!; wait").run(
            until: start.advanced(bySeconds: 0.3), outputLimit: 100)
        #expect(result.end == .timedOut)
        #expect(MonotonicTime.now < start.advanced(bySeconds: 60))
        let grandchild = try #require(
            pid_t(String(decoding: result.output, as: UTF8.self).dropLast()))
        let deadline = MonotonicTime.now.advanced(bySeconds: 60)
        while kill(grandchild, 0) == 0, MonotonicTime.now < deadline { pause(milliseconds: 10) }
        #expect(kill(grandchild, 0) != 0)
    }

    @Test func theEndOfTheLifelineEndsIt() throws {
        let lifeline = try SystemCalls.Pipe()
        // No other process holds the write end: it is closed before the program ends.
        lifeline.closeWriteEnd()
        let result = try shell("sleep 600").run(
            until: nil, outputLimit: 100, watching: lifeline.readEnd)
        #expect(result.end == .abandoned)
    }

    @Test func theEndOfItsInputIsItsTimeToEnd() throws {
        let start = MonotonicTime.now
        let script = "(setsid sleep 612 & echo $!); cat; echo ended; kill -9 0"
        let result = try shell(script).run(
            until: start.advanced(bySeconds: 0.3), outputLimit: 100, grace: 1)
        #expect(result.end == .timedOut)
        let seconds = Double(MonotonicTime.now.nanoseconds - start.nanoseconds) / 1e9
        // The processes in the other session have the output open, too.
        #expect((1.3...60).contains(seconds))
        let other = try #require(pid_t(String(decoding: result.output, as: UTF8.self).dropLast()))
        #expect(kill(other, SIGKILL) == 0)
    }

    @Test func allThatWasStartedIsFoundWhateverGroupItIsIn() throws {
        let script = "setsid sh -c 'sleep 611 & sleep 611' & sleep 611 & wait"
        let thread = Thread {
            _ = try? self.shell(script).run(
                until: MonotonicTime.now.advanced(bySeconds: 120), outputLimit: 100)
        }
        thread.start()
        func sleepers() -> [pid_t] {
            ProcessTree.descendants().filter {
                FileSystem.virtualFile("/proc/\($0)/cmdline") == "sleep\u{0}611\u{0}"
            }
        }
        let deadline = MonotonicTime.now.advanced(bySeconds: 60)
        while sleepers().count < 3, MonotonicTime.now < deadline { pause(milliseconds: 10) }
        let found = sleepers()
        #expect(found.count >= 3)
        for process in found { kill(process, SIGKILL) }
    }
}
