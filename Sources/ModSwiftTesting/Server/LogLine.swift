// SPDX-License-Identifier: Apache-2.0

/// One line of the error log.
struct LogLine {
    let text: String

    /// Whether this line must not occur on a healthy server.
    ///
    /// A line without a level was not written by httpd: a program printed it to standard error.
    /// httpd logs only a notice when a child has died by a signal (AH00050 to AH00052), but here
    /// that is an error.
    var isAlarming: Bool {
        // A continuation line belongs to the line before it.
        if text.contains("]     ") { return false }
        // Tests write their sources while the server runs.
        if text.contains("] MSW0790: ") { return false }
        if Self.loadCodes.contains(where: { text.contains($0) }) { return false }
        guard let level else { return !text.isEmpty }
        return Self.alarmingLevels.contains(level)
            || Self.deadChildCodes.contains { text.contains($0) }
    }

    /// Whether a thread found its connection's socket already closed when it tried to close it.
    var tellsOfCutConnection: Bool {
        text.contains("(9)Bad file descriptor: AH03092:")
            || text.contains("(9)Bad file descriptor: AH00468:")
    }

    /// Returns "notice" for "[Tue …] [mpm_event:notice] [pid …] AH00489: …".
    private var level: Substring? {
        var rest = text[...]
        while rest.first == "[", let end = rest.firstIndex(of: "]") {
            let field = rest[..<end]
            if let colon = field.lastIndex(of: ":") {
                let word = field[field.index(after: colon)...]
                if Self.levels.contains(word) { return word }
            }
            rest = rest[rest.index(after: end)...].drop { $0 == " " }
        }
        return nil
    }

    private static let alarmingLevels: Set<Substring> = ["emerg", "alert", "crit", "error", "warn"]
    private static let levels = alarmingLevels.union([
        "notice", "info", "debug", "trace1", "trace2", "trace3", "trace4", "trace5", "trace6",
        "trace7", "trace8",
    ])
    private static let deadChildCodes = ["AH00050:", "AH00051:", "AH00052:"]
    /// The codes of httpd's messages that all or almost all threads or processes are busy, or that
    /// the slots of ending ones are not free yet: on a slow machine, any test may cause these.
    private static let loadCodes = [
        // Prefork; worker; event.
        "AH00161:", "AH00286:", "AH00287:", "AH00288:", "AH00484:", "AH10159:", "AH03490:",
    ]
}
