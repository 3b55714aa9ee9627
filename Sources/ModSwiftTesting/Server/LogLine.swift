// SPDX-License-Identifier: Apache-2.0

/// One line of the error log.
struct LogLine {
    let text: String

    /// Whether nobody should see this line on a healthy server.
    ///
    /// A line without a level was not written by httpd: something printed to standard error. That a
    /// child died by a signal is only a notice to httpd (AH00050 to AH00052), not to us.
    var isAlarming: Bool {
        // A line of a story belongs to the line that begins it.
        if text.contains("]     ") { return false }
        // Tests write their sources when the server runs.
        if text.contains("] MSW0790: ") { return false }
        guard let level else { return !text.isEmpty }
        return Self.alarmingLevels.contains(level)
            || Self.deadChildCodes.contains { text.contains($0) }
    }

    /// Whether a thread found its connection's socket closed as it wanted to close it itself.
    var tellsOfCutConnection: Bool {
        text.contains("(9)Bad file descriptor: AH03092:")
            || text.contains("(9)Bad file descriptor: AH00468:")
    }

    /// "notice" of "[Tue …] [mpm_event:notice] [pid …] AH00489: …".
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
}
