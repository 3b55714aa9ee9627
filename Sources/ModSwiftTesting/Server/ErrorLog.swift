// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The error log as lines, and the record of which of them a test has accounted for.
///
/// httpd only appends, each message with one write, so a line's number identifies it.
final class ErrorLog: Sendable {
    private struct Accounts {
        var taken: Set<Int> = []
        var allowed: [String] = []
    }

    private let path: String
    private let accounts = Mutex(Accounts())
    private let contents = Mutex(LogContents())

    init(path: String) { self.path = path }

    /// Returns the number of the next line.
    func mark() -> Int { lines().count }

    func text(since mark: Int) -> String {
        lines(includingUnfinished: true).dropFirst(mark).map { $0.text + "\n" }.joined()
    }

    func contains(_ text: String, since mark: Int) -> Bool {
        lines().dropFirst(mark).contains { $0.text.contains(text) }
    }

    /// Takes the first remaining lines that contain a text; all of them or none.
    func take(_ count: Int, containing text: String) -> Bool {
        let lines = lines()
        return accounts.withLock { accounts in
            let found = lines.indices.filter { index in
                !accounts.taken.contains(index) && lines[index].text.contains(text)
            }
            guard found.count >= count else { return false }
            accounts.taken.formUnion(found.prefix(count))
            return true
        }
    }

    /// Takes every line from a position on.
    func consume(since mark: Int) {
        let end = self.mark()
        accounts.withLock { $0.taken.formUnion(mark..<max(mark, end)) }
    }

    /// Takes httpd's messages about connections that it closed itself, from a position on.
    ///
    /// A child that must stop at once closes the sockets while its own threads use them
    /// (`close_worker_sockets` in event and worker); a thread that is finishing its connection then
    /// logs an error. At any other time the same message would indicate a real error.
    func forgiveCutConnections(since mark: Int) {
        let lines = lines()
        let cut = (mark..<max(mark, lines.count)).filter { lines[$0].tellsOfCutConnection }
        accounts.withLock { $0.taken.formUnion(cut) }
    }

    func allow(_ text: String) { accounts.withLock { $0.allowed.append(text) } }

    func unexpected(includingUnfinished: Bool) -> [String] {
        let lines = lines(includingUnfinished: includingUnfinished)
        let accounts = accounts.withLock { $0 }
        return lines.indices.filter { index in
            lines[index].isAlarming && !accounts.taken.contains(index)
                && !accounts.allowed.contains { lines[index].text.contains($0) }
        }.map { lines[$0].text }
    }

    /// Returns the lines. A line that is still being written is not counted.
    private func lines(includingUnfinished: Bool = false) -> [LogLine] {
        contents.withLock { contents in
            contents.update(from: path)
            return includingUnfinished ? contents.lines + contents.unfinished : contents.lines
        }
    }
}

/// The part of the log that has been read: with frequent polling, only a few lines are added each
/// time.
private struct LogContents {
    private(set) var lines: [LogLine] = []
    /// The bytes after the last line end.
    private var rest: [UInt8] = []
    private var size = 0
    private var inode: ino_t = 0

    var unfinished: [LogLine] {
        rest.isEmpty ? [] : [LogLine(text: String(decoding: rest, as: UTF8.self))]
    }

    /// Reads new data. A log that is another file, or shorter than before, is read anew.
    mutating func update(from path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return self = LogContents() }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return }
        if info.st_ino != inode || info.st_size < size { self = LogContents() }
        inode = info.st_ino
        guard info.st_size > size else { return }
        lseek(descriptor, off_t(size), SEEK_SET)
        let known = rest.count
        guard File.append(descriptor, to: &rest) else { return }
        size += rest.count - known
        var start = rest.startIndex
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(LogLine(text: String(decoding: rest[start..<end], as: UTF8.self)))
            start = end + 1
        }
        rest.removeSubrange(..<start)
    }
}
