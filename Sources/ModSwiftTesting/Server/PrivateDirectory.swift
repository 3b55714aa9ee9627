// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A server's own directory, in a place that every user can traverse: the server's children may not
/// be able to read the clone from which the tests run.
struct PrivateDirectory: Sendable {
    let root: String
    private let number: Int

    var logs: String { "\(root)/logs" }
    var htdocs: String { "\(root)/htdocs" }
    var cache: String { "\(root)/cache" }
    var scratch: String { "\(root)/tmp" }
    var errorLog: String { "\(logs)/error.log" }
    var output: String { "\(root)/httpd.out" }
    var configurationFile: String { "\(root)/conf/httpd.conf" }
    var testConfigurationFile: String { "\(root)/conf/test.conf" }

    /// - Parameter account: The owner of the logs, if it is not the user who runs the tests.
    init(account: ServerAccount?) throws {
        (root, number) = try Self.makeRoot()
        do {
            for folder in [logs, htdocs, scratch, "\(root)/conf", "\(root)/run"] {
                try Self.makeFolder(folder)
            }
            if let account, chown(logs, account.user, account.group) != 0 {
                throw HTTPDError(.setup, "\(logs): \(SystemError.lastText)")
            }
            try write(Self.mediaTypes, to: "\(root)/conf/mime.types")
        } catch {
            remove()
            throw error
        }
    }

    func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    /// Writes a file that appears complete: no reader sees a part of it.
    func write(_ bytes: [UInt8], to path: String) throws {
        let draft = "\(scratch)/\(UUID().uuidString)"
        guard File.write(bytes, to: draft), chmod(draft, 0o644) == 0, rename(draft, path) == 0
        else {
            let reason = SystemError.lastText
            unlink(draft)
            throw HTTPDError(.setup, "cannot write \(path): \(reason)")
        }
    }

    /// Creates the directories that a file needs.
    func makeParents(of path: String) throws {
        let parent = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        guard !parent.isEmpty, access(String(parent), F_OK) != 0 else { return }
        try makeParents(of: String(parent))
        try Self.makeFolder(String(parent))
    }

    func outputText() -> String { String(decoding: File.read(output) ?? [], as: UTF8.self) }

    /// Removes the directory, unless it is to be kept for inspection.
    func discard(afterFailure failed: Bool) {
        guard Self.isKept(afterFailure: failed) else { return remove() }
        StandardError.print("MOD_SWIFT_KEEP: the server's directory is \(root)")
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: root)
        _ = Self.numbers.withLock { $0.remove(number) }
    }

    static func isKept(afterFailure failed: Bool) -> Bool {
        switch ProcessInfo.processInfo.environment["MOD_SWIFT_KEEP"] {
        case nil, "", "0": false
        case "always": true
        default: failed
        }
    }

    /// The numbers of this process's existing directories.
    private static let numbers = Mutex<Set<Int>>([])

    /// Creates a directory with the lowest free number, so that sources of a later server often
    /// have the path of an earlier server's source, and are then found in the shared cache.
    private static func makeRoot() throws -> (path: String, number: Int) {
        let place = ProcessInfo.processInfo.environment["MOD_SWIFT_TEST_DIR"] ?? "/tmp"
        return try numbers.withLock { numbers in
            for number in 1... where !numbers.contains(number) {
                let root = "\(place)/mod_swift-httpd.\(getpid())-\(number)"
                guard mkdir(root, 0o755) == 0 else {
                    // From an earlier process with this id, or a directory that was kept.
                    if errno == EEXIST { continue }
                    throw HTTPDError(.setup, "no directory in \(place): \(SystemError.lastText)")
                }
                guard chmod(root, 0o755) == 0 else {
                    throw HTTPDError(.setup, "\(root): \(SystemError.lastText)")
                }
                numbers.insert(number)
                forgetGoodBuilds()
                return (root, number)
            }
            preconditionFailure("There are numbers enough.")
        }
    }

    /// Removes the records of last good builds, because one for a source at the same path belongs
    /// to another test.
    private static func forgetGoodBuilds() {
        guard let cache = HTTPDConfiguration.sharedCache else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(cache)/good")) ?? []
        for name in names { unlink("\(cache)/good/\(name)") }
    }

    /// Creates a directory that the server's user can read, whatever the umask of the tests.
    private static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST, chmod(path, 0o755) == 0 else {
            throw HTTPDError(.setup, "\(path): \(SystemError.lastText)")
        }
    }

    private static let mediaTypes = """
        text/html html htm
        text/plain txt
        text/css css
        text/javascript js
        application/json json
        application/xml xml
        application/octet-stream bin
        image/png png
        image/svg+xml svg

        """
}
