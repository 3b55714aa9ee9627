// SPDX-License-Identifier: Apache-2.0
//
// The requests of a child at its end: httpd's scoreboard contains them, and outlives the child.
// Nothing is recorded while requests run (docs/decisions/0021).

internal import CApache

/// The requests of a child that has ended.
enum RunningRequests {
    /// The maximum number of requests that are logged; more are only counted.
    private static let shown = 20

    /// Logs the requests that a child was serving when it ended, if there were any. Called in the
    /// parent.
    ///
    /// - Parameter slot: The child's slot of the scoreboard; nil if another child has taken it over:
    ///   worker and event start one as soon as the threads of a child that is about to end begin to
    ///   end. Then the two share the slot, and each thread's entry has the process that it belongs to.
    static func tell(ofChild pid: pid_t, slot: Int32?, _ server: ServerRecord) {
        // If an administrator stops the server, its requests are expected to end.
        guard ServerInfo.query(AP_MPMQ_MPM_STATE) == AP_MPMQ_RUNNING else { return }
        let slots = slot.map { $0..<$0 + 1 } ?? 0..<Int32(ServerInfo.daemonLimit)
        let requests = slots.flatMap { take(ofChild: pid, fromSlot: $0, isShared: slot == nil) }
        guard !requests.isEmpty else { return }
        let left = requests.count - shown
        server.log(
            "MSW0422: child \(pid) has ended in the middle of "
                + (requests.count == 1 ? "a request: " : "\(requests.count) requests: ")
                + requests.prefix(shown).joined(separator: "; ")
                + (left > 0 ? "; and \(left) more" : ""), level: .error)
    }

    // SAFETY: in the parent no other thread uses the scoreboard, and the child has ended.
    /// Returns the requests of the child's threads in a slot, and clears them: they are logged once.
    private static func take(
        ofChild pid: pid_t, fromSlot slot: Int32, isShared: Bool
    ) -> [String] {
        let threads = ServerInfo.query(AP_MPMQ_HARD_LIMIT_THREADS) ?? 1
        return (0..<max(1, threads)).compactMap { thread in
            guard let score = unsafe ap_get_scoreboard_worker_from_indexes(slot, thread),
                // prefork, whose slots are never shared, leaves the process 0.
                unsafe score.pointee.pid == pid || (score.pointee.pid == 0 && !isShared),
                // With ExtendedStatus httpd records when a request begins and ends. The state is
                // not meaningful any more: event has set it to dead.
                unsafe score.pointee.start_time > score.pointee.stop_time
            else { return nil }
            unsafe score.pointee.start_time = 0
            unsafe score.pointee.stop_time = 0
            let line = unsafe text(inArray: score.pointee.request)
            let client = unsafe text(inArray: score.pointee.client64)
            let host = unsafe text(inArray: score.pointee.vhost)
            return "\"\(printable(line))\", client \(printable(client)), host \(printable(host))"
        }
    }
}
