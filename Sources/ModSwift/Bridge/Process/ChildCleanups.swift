// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import Synchronization

/// Closures that are called when this child ends.
enum ChildCleanups {
    private struct Cleanup: Sendable {
        let server: Server
        let body: @Sendable () throws -> Void
    }

    private static let registered = Mutex<[Cleanup]>([])

    /// - Parameter server: The server in whose log a failure is reported.
    static func add(_ server: Server, _ body: @escaping @Sendable () throws -> Void) {
        registered.withLock { $0.append(Cleanup(server: server, body: body)) }
    }

    /// Runs the cleanups before the child's pool is destroyed: by then httpd's threads have ended,
    /// but everything else still exists.
    static func run(before pool: OpaquePointer?) {
        // SAFETY: the cleanup uses nothing of the pool.
        unsafe apr_pool_pre_cleanup_register(
            pool, nil,
            { _ in
                // httpd before 2.4.49 has no hook for it.
                ChildEnd.begin(isGraceful: true)
                if !ChildEnd.interruptsWork { ChildCleanups.runAll() }
                return APR_SUCCESS
            })
    }

    /// Runs the last registered one first, like APR; includes those that a cleanup registers.
    private static func runAll() {
        while let cleanup = registered.withLock({ $0.popLast() }) {
            let server = cleanup.server
            let work = OneShotWork { run(cleanup) }
            let trap = CallWatchdog.run(
                "MSW0576: a cleanup at the end of the child", "the child does not end before that",
                server
            ) { TrapGuard.finish(work, for: .child) }
            guard let trap else { continue }
            // The background threads that could find the source line end immediately afterwards.
            server.log("MSW0401: a cleanup at the end of the child trapped: \(trap.summary)")
        }
    }

    private static func run(_ cleanup: Cleanup) {
        do {
            try cleanup.body()
        } catch {
            cleanup.server.log(
                "MSW0320: a cleanup at the end of the child threw \(type(of: error)): \(error)")
        }
    }
}
