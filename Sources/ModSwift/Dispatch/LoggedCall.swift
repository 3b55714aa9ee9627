// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import SystemCalls

/// A call of a handler with `SwiftLogNotes On`: the data for `%{swift_handler}n` and similar
/// formats.
struct LoggedCall {
    private let handler: String
    private let version: String
    private let start = MonotonicTime.now

    init(_ handler: String, _ version: ModuleVersion?) {
        self.handler = handler
        self.version = version?.key.short ?? "-"
    }

    /// Adds the call to the notes of its request: names in the order of the calls, and the total
    /// time.
    func leaveNotes(in record: RequestRecord) {
        let microseconds = (MonotonicTime.now.nanoseconds - start.nanoseconds) / 1000
        let notes = record.notes
        append(handler, to: "swift_handler", notes)
        append(version, to: "swift_version", notes)
        let before = notes.first("swift_time").flatMap { Int($0) } ?? 0
        _ = notes.set("swift_time", String(before + microseconds))
    }

    private func append(_ word: String, to name: String, _ notes: TableSlot) {
        _ = notes.set(name, notes.first(name).map { "\($0),\(word)" } ?? word)
    }
}
