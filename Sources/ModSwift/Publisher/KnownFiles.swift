// SPDX-License-Identifier: Apache-2.0

internal import PublisherPaths
internal import Synchronization
internal import SystemCalls

/// A cache of the module for each file of a URL: read without a lock and without file system calls.
///
/// A client cannot fill it: it only contains files that are modules, and names that a module
/// publishes.
enum KnownFiles {
    /// The maximum number of entries; other files are looked up each time.
    private static let limit = 4096

    // Never freed in a child; the entries of a bucket never change.
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
    ///   - name: The name that the file has in an `index` module or in that of its directory; empty
    ///     if the file is itself a module.
    ///   - source: The file of the module that would take precedence over `index`; nil for the
    ///     module of a directory.
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

/// A cached file of URLs.
final class KnownFile: Sendable {
    fileprivate let hash: UInt64
    private let file: [UInt8]
    fileprivate let scope: ConfigurationScope
    let slot: ModuleSlot
    /// A prefix of the path that follows the file.
    let name: [UInt8]
    /// The file of the module that takes precedence over this one as soon as it exists.
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

    /// Whether the entry is still valid; costs nothing with SwiftAutoReload Off.
    func holds(_ policy: ReloadPolicy) -> Bool {
        guard let rival, policy != .never else { return true }
        return !FileSystem.isRegularFile(rival)
    }
}
