// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A private httpd for tests: with its own directory, port, configuration and logs.
///
/// For mod_swift's own tests and for authors of handlers. The server runs in a separate session, so
/// that its signals reach no other process, and ends with the test process, however that ends.
/// Every wait has a limit, and httpd's output is part of every error.
///
/// ```swift
/// import ModSwiftTesting
/// import Testing
///
/// @Test func saysHello() throws {
///     let configuration = try HTTPDConfiguration.modSwift(text: """
///         <Directory "${HTDOCS}">
///         AddHandler mod_swift .do
///         SwiftHandler hello
///         </Directory>
///         """)
///     try HTTPD.with(configuration) { server in
///         try server.write("hello.swift", """
///             import ModSwift
///             func handler(_ req: Request) -> String { "Hello World!\\n" }
///             """)
///         let answer = try server.get("/any.do")
///         #expect(answer.status == 200)
///         #expect(answer.text == "Hello World!\n")
///     }
/// }
/// ```
///
/// ``with(_:_:)`` starts the server, stops it, and throws if the error log contains a warning or
/// worse that the test did not announce with ``expectLog(containing:times:within:)``. A test that
/// needs more control calls ``start()``, ``restart(graceful:)``, ``stop(graceful:within:)`` and
/// ``close(failed:)`` itself.
///
/// The methods block; they may be called from several threads at once.
public final class HTTPD: Sendable {
    struct State {
        var configuration: HTTPDConfiguration
        var reservation: PortReservation
        var process: ServerProcess?
        var hasFailed = false
        var isClosed = false
    }

    let directory: PrivateDirectory
    let log: ErrorLog
    let watchdog: Watchdog
    let state: Mutex<State>
    /// Only one start, restart or stop at a time.
    let lifecycle = Mutex(())

    /// Creates the server's directory and writes its configuration; does not start it.
    ///
    /// - Parameter configuration: The server's configuration.
    /// - Throws: ``HTTPDError`` if the directory, the port or the watchdog cannot be created.
    public init(_ configuration: HTTPDConfiguration = HTTPDConfiguration()) throws {
        let reservation = try PortReservation()
        directory = try PrivateDirectory(
            account: ServerAccount.forChildren(named: configuration.user))
        log = ErrorLog(path: directory.errorLog)
        do {
            watchdog = try Watchdog(of: directory)
        } catch {
            directory.remove()
            throw error
        }
        state = Mutex(State(configuration: configuration, reservation: reservation))
        try writeConfiguration()
    }

    deinit { close() }

    /// The server's configuration.
    ///
    /// A change takes effect at the next start or restart.
    public var configuration: HTTPDConfiguration {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// The port on 127.0.0.1, which belongs to this server as long as the object lives.
    ///
    /// A start may select another port if a foreign process has taken it: read it after
    /// ``start()``.
    public var port: Int { state.withLock { $0.reservation.port } }

    /// The private directory, which every user can traverse.
    public var root: String { directory.root }
    /// The directory of `error.log` and `access.log`, to which the children can write.
    public var logs: String { directory.logs }
    /// The private document root.
    public var htdocs: String { directory.htdocs }
    /// The directory of mod_swift's cache, which the server creates, not the harness; possibly
    /// shared with other servers (``HTTPDConfiguration/cacheDirectory``).
    public var cache: String { configuration.cache(in: directory) }

    /// Whether the server has been started and its parent process still exists.
    public var isRunning: Bool {
        state.withLock { state in state.process.map { !$0.hasExited } ?? false }
    }

    /// The process id of the server's parent process; `nil` if it is not started.
    public var pid: pid_t? { state.withLock { $0.process?.pid } }

    /// The processes that the parent has started: those that handle requests, and the daemons of
    /// modules that have one, such as mod_cgid.
    public var childPIDs: [pid_t] {
        pid.map { parent in ProcessTable.children(of: parent) } ?? []
    }

    /// Makes httpd check the configuration (`httpd -t`).
    ///
    /// - Returns: Whether httpd accepts it, and its output.
    public func configTest() -> (ok: Bool, output: String) {
        do {
            try writeConfiguration()
            let command = Command(
                program: serverCommand[0], arguments: serverCommand.dropFirst() + ["-t"],
                environment: serverEnvironment, mergesErrors: true)
            let result = try command.run(scratch: directory.scratch, within: .seconds(120))
            return (result.status.isSuccess, String(decoding: result.output, as: UTF8.self))
        } catch {
            return (false, "\(error)")
        }
    }

    /// The program and its arguments.
    var serverCommand: [String] {
        let configuration = configuration
        return configuration.launcher + [configuration.program]
            + ["-d", directory.root, "-f", directory.configurationFile]
    }

    var serverEnvironment: [String: String] {
        let basic = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
        return basic.merging(configuration.environment) { _, own in own }
    }

    func writeConfiguration() throws {
        let (configuration, port) = state.withLock { ($0.configuration, $0.reservation.port) }
        try directory.write(
            configuration.mainFile(port: port, in: directory), to: directory.configurationFile)
        try directory.write(configuration.text + "\n", to: directory.testConfigurationFile)
    }
}
