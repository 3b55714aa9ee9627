// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemCalls

/// The directory SwiftStateDir: data that must outlive the server's processes, such as sessions. It
/// belongs to the server's user, and no other user can access it.
struct StateDirectory: Sendable {
    let path: String
    /// The directory of the default store.
    let sessions: String
    /// The file whose bytes are used as locks.
    private let locks: String

    private init(path: String) {
        self.path = path
        sessions = "\(path)/sessions"
        locks = "\(path)/locks"
    }

    /// The default path.
    static let defaultPath = "/var/lib/apache2/mod_swift"

    private static let shared = Mutex(StateDirectory(path: defaultPath))
    private static let isChecked = Atomic<Bool>(false)

    /// The directory of this server.
    static var current: StateDirectory { shared.withLock { $0 } }

    /// Called in the parent at each start, and in a child before it serves requests.
    static func set(_ path: String?) {
        let directory = StateDirectory(path: path ?? defaultPath)
        shared.withLock { $0 = directory }
    }

    /// Calls a function with the file whose bytes are used as locks, after creating its directory if necessary.
    ///
    /// - Throws: ``SessionError`` if the directory was removed, and this process may not create it.
    static func withLockFile<Value>(_ body: (String) -> Result<Value, SystemError>) throws -> Value
    {
        if !isChecked.load(ordering: .relaxed) {
            try makePrivate(current.path)
            isChecked.store(true, ordering: .relaxed)
        }
        let locks = shared.withLock { $0.locks }
        let result = body(locks)
        guard case .failure(let error) = result, error.isMissing else { return try result.get() }
        try createAgain(current.path)
        return try body(locks).get()
    }

    private static func createAgain(_ path: String) throws {
        do {
            try makePrivate(path)
        } catch {
            throw SessionError.store(
                "\(path) (SwiftStateDir) was removed, and this process cannot create it again: "
                    + "\(error); restart the server, which creates it")
        }
    }

    /// Creates the directory in the parent and changes its owner to the server's user. If that
    /// fails, the first use reports it.
    func prepare() {
        let parent = FilePath.parent(of: path)
        _ = try? FileSystem.makeDirectory(parent, mode: 0o755)
        guard (try? FileSystem.makeDirectory(path, mode: 0o700)) == true,
            let owner = ServerUser.configured
        else { return }
        try? FileSystem.giveDirectory(path, to: owner.user, owner.group)
    }

    /// Creates a directory if it is missing, and checks that no other user can access it.
    static func makePrivate(_ path: String) throws {
        if !FileSystem.isDirectory(path) {
            try FileSystem.makeDirectory(FilePath.parent(of: path), mode: 0o700)
            try FileSystem.makeDirectory(path, mode: 0o700)
        }
        try FileSystem.checkPrivateDirectory(path, owner: ProcessUser.current)
    }
}
