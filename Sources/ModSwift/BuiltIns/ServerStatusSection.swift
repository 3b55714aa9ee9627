// SPDX-License-Identifier: Apache-2.0

/// The section that mod_swift adds to the page of mod_status: versions, numbers of modules in this
/// process, and the traps and exceeded time limits of all processes.
enum ServerStatusSection {
    /// - Parameter isShort: Whether to write lines for programs (`?auto`) instead of HTML.
    static func write(to record: RequestRecord, isShort: Bool) {
        let rows =
            [("Version", BuildInfo.version), ("Build", "\(LibraryImage.buildID.prefix(12))")]
            + ModuleTotals().rows
        let traps = TrapTotals.rows
        Request.of(record).write(
            isShort
                ? lines(rows + traps)
                : table("mod_swift, in the process that served this request", rows)
                    + table("mod_swift, in all processes", traps))
    }

    /// Formats rows as mod_status does: `SwiftModules: 3`.
    private static func lines(_ rows: [(name: String, value: String)]) -> String {
        rows.map { name, value in
            "Swift\(name): \(value)\n"
        }.joined()
    }

    private static func table(_ title: String, _ rows: [(name: String, value: String)]) -> String {
        let names = rows.map { "<th>\(escaped($0.name))</th>" }.joined()
        let values = rows.map { "<td>\(escaped($0.value))</td>" }.joined()
        return """
            <hr>
            <h2>\(escaped(title))</h2>
            <table border="1">
            <tr>\(names)</tr>
            <tr>\(values)</tr>
            </table>

            """
    }
}
