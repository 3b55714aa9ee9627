// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A server's own directory, below a place that every user may traverse: the server's children may
/// not be able to read the clone that the tests run from.
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

    /// - Parameter account: Whom the logs are for, when it is not the user who runs the tests.
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

    /// The file appears whole: nobody reads a half.
    func write(_ bytes: [UInt8], to path: String) throws {
        let draft = "\(scratch)/\(UUID().uuidString)"
        guard File.write(bytes, to: draft), chmod(draft, 0o644) == 0, rename(draft, path) == 0
        else {
            let reason = SystemError.lastText
            unlink(draft)
            throw HTTPDError(.setup, "cannot write \(path): \(reason)")
        }
    }

    /// Makes the directories that a file needs.
    func makeParents(of path: String) throws {
        let parent = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        guard !parent.isEmpty, access(String(parent), F_OK) != 0 else { return }
        try makeParents(of: String(parent))
        try Self.makeFolder(String(parent))
    }

    func outputText() -> String { String(decoding: File.read(output) ?? [], as: UTF8.self) }

    /// Removes the directory, unless somebody wants to look into it.
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

    /// Numbers of the directories of this process that are there.
    private static let numbers = Mutex<Set<Int>>([])

    /// Makes a directory with the lowest number that is free: a source that a later server reads is
    /// often found at a path where an earlier one has read it, and then in the shared cache.
    private static func makeRoot() throws -> (path: String, number: Int) {
        let place = ProcessInfo.processInfo.environment["MOD_SWIFT_TEST_DIR"] ?? "/tmp"
        return try numbers.withLock { numbers in
            for number in 1... where !numbers.contains(number) {
                let root = "\(place)/mod_swift-httpd.\(getpid())-\(number)"
                guard mkdir(root, 0o755) == 0 else {
                    // Of an earlier process with this id, or one that was kept.
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

    /// The last good build of a source at the same path belongs to another test.
    private static func forgetGoodBuilds() {
        guard let cache = HTTPDConfiguration.sharedCache else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(cache)/good")) ?? []
        for name in names { unlink("\(cache)/good/\(name)") }
    }

    /// Whatever the umask of the tests, the server's user can read it.
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
