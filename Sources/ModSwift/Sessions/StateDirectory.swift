// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemCalls

/// SwiftStateDir: what has to outlive the server's processes, such as sessions. It belongs to the server's
/// user and is closed to everybody else.
struct StateDirectory: Sendable {
    let path: String
    /// The directory of the default store.
    let sessions: String
    /// The file whose bytes are locks.
    private let locks: String

    private init(path: String) {
        self.path = path
        sessions = "\(path)/sessions"
        locks = "\(path)/locks"
    }

    /// Where it is when nothing else is said.
    static let defaultPath = "/var/lib/apache2/mod_swift"

    private static let shared = Mutex(StateDirectory(path: defaultPath))
    private static let isChecked = Atomic<Bool>(false)

    /// The one of this server.
    static var current: StateDirectory { shared.withLock { $0 } }

    /// Called in the parent at each start, and in a child before it serves.
    static func set(_ path: String?) {
        let directory = StateDirectory(path: path ?? defaultPath)
        shared.withLock { $0 = directory }
    }

    /// The file whose bytes are locks, in a directory that is there.
    static func lockFile() throws -> String {
        if !isChecked.load(ordering: .relaxed) {
            try makePrivate(current.path)
            isChecked.store(true, ordering: .relaxed)
        }
        return shared.withLock { $0.locks }
    }

    /// In the parent: makes the directory and gives it to the server's user. Where that fails, the first
    /// use says so.
    func prepare() {
        let parent = FilePath.parent(of: path)
        _ = try? FileSystem.makeDirectory(parent, mode: 0o755)
        guard (try? FileSystem.makeDirectory(path, mode: 0o700)) == true,
            let owner = ServerUser.configured
        else { return }
        try? FileSystem.giveDirectory(path, to: owner.user, owner.group)
    }

    /// Makes a directory where it is missing, and checks that nobody else can enter it.
    static func makePrivate(_ path: String) throws {
        if !FileSystem.isDirectory(path) {
            try FileSystem.makeDirectory(FilePath.parent(of: path), mode: 0o700)
            try FileSystem.makeDirectory(path, mode: 0o700)
        }
        try FileSystem.checkPrivateDirectory(path, owner: ProcessUser.current)
    }
}
