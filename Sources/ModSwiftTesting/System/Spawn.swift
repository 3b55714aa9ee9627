// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program to be started in a separate session, with a clean environment, default signal
/// handling, the root directory as its working directory, and three descriptors.
struct Spawn {
    var program: String
    var arguments: [String]
    var environment: [String: String]
    /// A descriptor for its input; `nil`: none.
    var input: CInt?
    /// A file for its output; `nil`: none.
    var output: String?
    /// A file for its standard error; `nil`: the file for its output.
    var errors: String?

    /// - Returns: The process id, which is also that of the session and the group.
    func start() throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        try prepare(&attributes)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        try prepare(&actions)

        let words = CStrings([program] + arguments)
        let variables = CStrings(environment.map { "\($0)=\($1)" })
        var pid: pid_t = 0
        try check(
            posix_spawn(&pid, program, &actions, &attributes, words.pointers, variables.pointers))
        return pid
    }

    private func prepare(_ attributes: inout posix_spawnattr_t) throws {
        // glibc declares POSIX_SPAWN_SETSID only with _GNU_SOURCE.
        let newSession: Int16 = 0x80
        let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | newSession
        var signals = sigset_t()
        sigemptyset(&signals)
        try check(posix_spawnattr_setsigmask(&attributes, &signals))
        sigfillset(&signals)
        try check(posix_spawnattr_setsigdefault(&attributes, &signals))
        try check(posix_spawnattr_setflags(&attributes, flags))
    }

    private func prepare(_ actions: inout posix_spawn_file_actions_t) throws {
        if let input {
            try check(posix_spawn_file_actions_adddup2(&actions, input, 0))
        } else {
            try check(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0))
        }
        let writing = O_WRONLY | O_CREAT | O_APPEND
        let output = output ?? "/dev/null"
        try check(posix_spawn_file_actions_addopen(&actions, 1, output, writing, 0o644))
        if let errors {
            try check(posix_spawn_file_actions_addopen(&actions, 2, errors, writing, 0o644))
        } else {
            try check(posix_spawn_file_actions_adddup2(&actions, 1, 2))
        }
        // A descriptor that httpd inherits would keep the test runner waiting for httpd's end.
        try check(GNUSpawn.closeFrom(&actions, 3))
        try check(GNUSpawn.changeDirectory(&actions, "/"))
    }

    private func check(_ code: CInt) throws {
        guard code == 0 else {
            throw HTTPDError(.setup, "cannot start \(program): \(SystemError.text(code))")
        }
    }
}
