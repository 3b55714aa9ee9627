// SPDX-License-Identifier: Apache-2.0

internal import PublisherPaths
internal import Synchronization
internal import SystemCalls

/// Which module a file of a URL stands for, as it was found once: read without a lock, and without a
/// look at the file system.
///
/// A client cannot fill it: only files that are modules, and names that a module publishes, are
/// remembered.
enum KnownFiles {
    /// More are looked for each time.
    private static let limit = 4096

    // Never freed in a child; what is behind a bucket is never changed.
    private static let buckets = InlineArray<256, ImmortalReference<KnownFile>> { _ in
        ImmortalReference()
    }
    private static let count = Mutex(0)

    /// - Parameter isOfDirectory: Whether the files of the file's directory are one module.
    static func find(
        _ file: Span<UInt8>, _ scope: ConfigurationScope, isOfDirectory: Bool
    ) -> KnownFile? {
        let hash = PathHash(of: file).value
        var known = buckets[Int(truncatingIfNeeded: hash & 255)].load()?.object
        while let candidate = known {
            if candidate.hash == hash, candidate.scope == scope,
                candidate.isOfDirectory == isOfDirectory, candidate.isFor(file)
            {
                return candidate
            }
            known = candidate.next
        }
        return nil
    }

    /// - Parameters:
    ///   - name: What the file's name is in an `index` module or in that of its directory; empty where it is
    ///     a module itself.
    ///   - source: The module that there would be in place of `index`; nil for that of the directory.
    ///   - isNamed: Whether the name is one that the module publishes.
    static func remember(
        _ file: Span<UInt8>, _ scope: ConfigurationScope, _ slot: ModuleSlot, name: String,
        unless source: String?, isNamed: Bool
    ) {
        guard name.isEmpty || isNamed else { return }
        let hash = PathHash(of: file).value
        count.withLock { count in
            guard count < limit, find(file, scope, isOfDirectory: source == nil) == nil else {
                return
            }
            count += 1
            let bucket = Int(truncatingIfNeeded: hash & 255)
            buckets[bucket].store(
                KnownFile(
                    hash: hash, file: file.array, scope: scope, slot: slot, name: Array(name.utf8),
                    rival: name.isEmpty ? nil : source, isOfDirectory: source == nil,
                    next: buckets[bucket].load()?.object))
        }
    }
}

/// A file of URLs that is known.
final class KnownFile: Sendable {
    fileprivate let hash: UInt64
    private let file: [UInt8]
    fileprivate let scope: ConfigurationScope
    let slot: ModuleSlot
    /// What comes in front of the path behind the file.
    let name: [UInt8]
    /// The module that counts in place of this one as soon as it is there.
    private let rival: String?
    fileprivate let isOfDirectory: Bool
    fileprivate let next: KnownFile?

    fileprivate init(
        hash: UInt64, file: [UInt8], scope: ConfigurationScope, slot: ModuleSlot, name: [UInt8],
        rival: String?, isOfDirectory: Bool, next: KnownFile?
    ) {
        self.hash = hash
        self.file = file
        self.scope = scope
        self.slot = slot
        self.name = name
        self.rival = rival
        self.isOfDirectory = isOfDirectory
        self.next = next
    }

    fileprivate func isFor(_ file: Span<UInt8>) -> Bool {
        guard self.file.count == file.count else { return false }
        for index in file.indices where self.file[index] != file[index] { return false }
        return true
    }

    /// Whether it is still what the file stands for; costs nothing with SwiftAutoReload Off.
    func holds(_ policy: ReloadPolicy) -> Bool {
        guard let rival, policy != .never else { return true }
        return !FileSystem.isRegularFile(rival)
    }
}
