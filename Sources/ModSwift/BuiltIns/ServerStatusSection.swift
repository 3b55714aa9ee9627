// SPDX-License-Identifier: Apache-2.0

/// What mod_swift adds to the page of mod_status: its versions, this process's modules in numbers,
/// and the traps and time limits of all processes.
enum ServerStatusSection {
    /// - Parameter isShort: Lines for programs (`?auto`), not HTML.
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

    /// Names in mod_status's manner: `SwiftModules: 3`.
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
