// SPDX-License-Identifier: Apache-2.0
//
// Runs other programs: they inherit neither the signal mask nor the environment nor open files, and
// every wait has a limit.

internal import Glibc

/// The way in which a program ended.
package enum ProcessEnd: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
    /// The watched pipe was closed at its other end.
    case abandoned
    /// It has ended, but its status is unknown: SIGCHLD is ignored in this process, or another
    /// module waits for all children.
    case unknown

    /// The signal that requests a program to end.
    package static let asked = SIGTERM

    /// Converts the status of waitpid(2).
    init(status: Int32) {
        self =
            status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
    }
}

/// A program to run to its end.
package struct ChildProcess {
    /// The process group of the program; if it leads its own, all processes that it starts can be
    /// ended.
    package enum Group {
        case own, inherited
        /// The program also leads a session: no terminal's signals reach it.
        case ownSession
    }

    private let path: String
    private let arguments: [String]
    private let environment: [String]
    private let directory: String
    private let group: Group
    private let reportsExit: Bool

    /// Describes a program.
    ///
    /// - Parameters:
    ///   - environment: "NAME=value" entries; nothing else is passed on.
    ///   - directory: Its working directory: it may not have access to that of this process.
    ///   - reportsExit: Whether it is one of our programs, which reports its exit code
    ///     (``ExitReport``).
    package init(
        path: String, arguments: [String], environment: [String], directory: String, group: Group,
        reportsExit: Bool = false
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment + (reportsExit ? [ExitReport.request] : [])
        self.directory = directory
        self.group = group
        self.reportsExit = reportsExit
    }

    /// Runs the program and collects the data that it writes to its standard output and error.
    ///
    /// Its standard input is a pipe to which nothing is written: the pipe closes when this process
    /// ends, so that the program learns that no process waits for it any more.
    ///
    /// - Parameters:
    ///   - deadline: The time at which the program, or its whole group, is killed; nil: never.
    ///   - outputLimit: The number of bytes of output that are kept; the rest is read and
    ///     discarded.
    ///   - lifeline: A descriptor whose end also ends the program; nil: none.
    ///   - grace: The time in seconds from the end of its standard input until it is killed, in
    ///     which a program that watches its input can end processes that it has started in other
    ///     groups.
    package func run(
        until deadline: MonotonicTime?, outputLimit: Int, watching lifeline: Int32? = nil,
        grace: Double = 0
    ) throws -> (end: ProcessEnd, output: [UInt8]) {
        let input = try Pipe()
        let output = try Pipe()
        let report = reportsExit ? try Pipe() : nil
        let process = try spawn(
            input: input.readEnd, output: output.writeEnd, report: report?.writeEnd)
        input.closeReadEnd()
        output.closeWriteEnd()
        report?.closeWriteEnd()
        let (bytes, reason) = output.drain(
            until: deadline, limit: outputLimit, watching: lifeline)
        if let reason {
            input.closeWriteEnd()
            if grace > 0 {
                // Processes that it has started have its output open, too.
                _ = output.drain(
                    until: .now.advanced(bySeconds: grace), limit: 0, watching: nil)
            }
            kill(group == .inherited ? process : -process, SIGKILL)
            _ = wait(for: process, report: nil)
            return (reason, bytes)
        }
        return (wait(for: process, report: report), bytes)
    }

    /// Starts the program and returns.
    ///
    /// - Parameter log: A file to which its standard output and error are appended.
    /// - Throws: ``SystemError``.
    package func start(log: String) throws -> RunningProcess {
        let input = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw SystemError("open", "/dev/null") }
        defer { close(input) }
        let output = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw SystemError("open", log) }
        defer { close(output) }
        return RunningProcess(id: try spawn(input: input, output: output, report: nil))
    }

    private func wait(for process: pid_t, report: Pipe?) -> ProcessEnd {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            if errno == EINTR { continue }
            // The status has been reaped elsewhere.
            return report?.byte().map { .exited(Int32($0)) } ?? .unknown
        }
        return ProcessEnd(status: status)
    }

    private func spawn(input: Int32, output: Int32, report: Int32?) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // SAFETY: initialised, used and destroyed here; spawn copies what it needs.
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        if let report {
            unsafe posix_spawn_file_actions_adddup2(&actions, report, ExitReport.descriptor)
        }
        unsafe posix_spawn_file_actions_addclosefrom_np(
            &actions, ExitReport.descriptor + (report == nil ? 0 : 1))
        unsafe posix_spawn_file_actions_addchdir_np(&actions, directory)
        prepare(&attributes)

        var process: pid_t = 0
        let code = unsafe withCStrings([path] + arguments) { arguments in
            unsafe withCStrings(environment) { environment in
                unsafe posix_spawn(&process, path, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemError("run", path, code: code) }
        return process
    }

    /// httpd's worker threads block every signal, and the mask would be inherited.
    private func prepare(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        switch group {
        case .inherited: break
        case .own:
            unsafe posix_spawnattr_setpgroup(&attributes, 0)
            flags |= Int32(POSIX_SPAWN_SETPGROUP)
        case .ownSession:
            flags |= 0x80  // POSIX_SPAWN_SETSID, which glibc declares only with _GNU_SOURCE
        }
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    // SAFETY: the copies live until body has returned, the array ends with NULL.
    var pointers = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("No arguments") }
        return unsafe body(base)
    }
}
