// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Waits for a debugger before a handler is called: SwiftEnableDebugger.
///
/// Possible only in a server that is a single process, started by hand: any other server would stop
/// responding (N5-09).
enum Debugger {
    /// Whether the server was started with -X, or with -D ONE_PROCESS.
    static var isPossible: Bool {
        ServerInfo.isDefined("DEBUG") || ServerInfo.isDefined("ONE_PROCESS")
    }

    /// Returns when a debugger is attached, which can then set breakpoints in the handler's module;
    /// or when the client has disconnected.
    static func wait(
        before handler: HandlerReference, _ phase: Phase, _ subject: some HandlerContext
    ) {
        guard isPossible, !isAttached else { return }
        let process = ServerUser.process
        let text =
            "MSW0545: process \(process) waits for a debugger before it calls \(phase.directive) "
            + "\(handler.word): attach one with \"lldb -p \(process)\" or \"gdb -p \(process)\", set "
            + "a breakpoint, and continue"
        MainServer.log(text, .notice)
        Terminal.tell(text)
        let request = subject as? Request
        while !isAttached, request?.isClientGone != true, !ChildDrain.isStopping {
            pause(milliseconds: 100)
        }
    }

    /// Whether the kernel reports a process that traces this one.
    private static var isAttached: Bool {
        guard let status = FileSystem.virtualFile("/proc/self/status") else { return false }
        let line = status.split(separator: "\n").first { $0.hasPrefix("TracerPid:") }
        return line.map { !$0.hasSuffix("\t0") } ?? false
    }
}
