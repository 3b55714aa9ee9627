// SPDX-License-Identifier: Apache-2.0

/// What mod_swift adds to the page of mod_status: its versions, and this process's modules in
/// numbers.
enum ServerStatusSection {
    /// - Parameter isShort: Lines for programs (`?auto`), not HTML.
    static func write(to record: RequestRecord, isShort: Bool) {
        let rows =
            [("Version", BuildInfo.version), ("Build", "\(LibraryImage.buildID.prefix(12))")]
            + ModuleTotals().rows + [("Traps", "\(TrapReporter.count)")]
        Request.of(record).write(isShort ? lines(rows) : table(rows))
    }

    /// Names in mod_status's manner: `SwiftModules: 3`.
    private static func lines(_ rows: [(name: String, value: String)]) -> String {
        rows.map { name, value in
            "Swift\(name): \(value)\n"
        }.joined()
    }

    private static func table(_ rows: [(name: String, value: String)]) -> String {
        let names = rows.map { "<th>\(escaped($0.name))</th>" }.joined()
        let values = rows.map { "<td>\(escaped($0.value))</td>" }.joined()
        return """
            <hr>
            <h2>mod_swift, in the process that answers</h2>
            <table border="1">
            <tr>\(names)</tr>
            <tr>\(values)</tr>
            </table>

            """
    }
}
