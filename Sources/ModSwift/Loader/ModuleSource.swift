// SPDX-License-Identifier: Apache-2.0

internal import ImportScanning
internal import ModuleArtifact
internal import ModuleGraph
internal import PageParsing
internal import SystemCalls

/// The source no longer exists where it was found: it is searched for again.
struct SourceMissing: Error {}

/// The source has changed while it was read or built: it is read again.
struct SourceUnsettled: Error {}

/// The failure of reading a source, which would occur again with the same files.
struct SourceFailure: Error {
    let failure: HandlerFailure
    /// The module's file or directory.
    let path: String
    /// The state of the module's file or directory.
    let fingerprint: FileFingerprint?
    let dependencies: DependencyFiles

    /// All files of which one must change for another outcome.
    var files: DependencyFiles {
        DependencyFiles([DependencyFiles.Entry(path: path, fingerprint: fingerprint)])
            .union(dependencies)
    }
}

extension SourceFailure {
    /// Creates the failure for an error with a source that was read.
    init(_ error: any Error, of source: ModuleSource) {
        self.init(
            failure: HandlerFailure(describing: error), path: source.identity.sourcePath,
            fingerprint: source.fingerprint, dependencies: source.dependencies)
    }
}

/// A module's sources as they were read once, with those of all its imports.
struct ModuleSource {
    /// The maximum size of a source: 4 MiB.
    static let limit = ModuleReader.fileLimit

    let identity: ModuleIdentity
    /// The state of the file, or of the directory.
    let fingerprint: FileFingerprint
    /// The other files that determine the module.
    let dependencies: DependencyFiles
    /// The build, with its inputs.
    let module: ModuleNode
    /// The texts that were read, by path.
    let texts: [String: String]

    var key: ModuleKey { module.key }

    /// Reads the sources and computes their keys.
    ///
    /// - Throws: ``SourceFailure`` if they cannot be read, or are not Swift text;
    ///   ``SourceMissing``.
    init(_ identity: ModuleIdentity, pinned: [String: ModuleNode] = [:]) throws {
        var reader = ModuleReader(for: identity, pinned: pinned)
        try self.init(identity, &reader)
    }

    /// Reads them with a reader that has read other modules, so that shared imports are read only
    /// once.
    init(_ identity: ModuleIdentity, _ reader: inout ModuleReader) throws {
        let path = identity.sourcePath
        // Before it is read, so that a later change counts as another source.
        let before = FileSystem.fingerprint(of: path)
        let found: ModuleReader.Result
        var included: [String: String] = [:]
        do {
            if identity.isPage {
                (found, included) = try Self.readPage(path, &reader)
            } else if identity.isProgram {
                (found, included) = try Self.readScript(path, &reader)
            } else {
                found = try reader.read(path)
            }
        } catch ModuleReadError.missing {
            throw SourceMissing()
        } catch let error as ModuleReadError {
            throw SourceFailure(
                failure: HandlerFailure(error, of: path, texts: reader.texts), path: path,
                fingerprint: before, dependencies: reader.allFiles)
        }
        self.identity = identity
        module = found.module
        fingerprint = found.fingerprint
        dependencies = found.dependencies
        texts = reader.texts.merging(included) { first, _ in first }
    }

    private static func content(of path: String) throws -> ([UInt8], FileFingerprint) {
        do {
            return try FileSystem.read(path, limit: limit)
        } catch let error as SystemError {
            throw error.isMissing ? ModuleReadError.missing : .unreadable(error)
        }
    }

    /// Reads a script, which is a single file: its imports come from the toolchain.
    private static func readScript(
        _ path: String, _ reader: inout ModuleReader
    ) throws -> (ModuleReader.Result, texts: [String: String]) {
        let (bytes, fingerprint) = try content(of: path)
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw ModuleReadError.notSwift(
                path: path, reason: "is not UTF-8 text, as Swift sources must be")
        }
        let module = try reader.module(
            ModuleReader.File(path: path, bytes: bytes, imports: []), keyBytes: bytes)
        return (
            ModuleReader.Result(module: module, fingerprint: fingerprint, dependencies: .none),
            [path: text]
        )
    }

    /// - Returns: The page, and the text of each file that it includes.
    private static func readPage(
        _ path: String, _ reader: inout ModuleReader
    ) throws -> (ModuleReader.Result, texts: [String: String]) {
        let (bytes, fingerprint) = try content(of: path)
        var fingerprints: [String: FileFingerprint] = [:]
        let files = PageFiles(path: path, bytes: bytes) { path in
            // Also of a file that exists and cannot be read, so that a change of it is noticed.
            fingerprints[path] = FileSystem.fingerprint(of: path)
            guard let (bytes, fingerprint) = try? FileSystem.read(path, limit: limit)
            else { return nil }
            fingerprints[path] = fingerprint
            return bytes
        }
        let keyBytes = files.keyBytes
        // The builder reports errors in a page, with the line.
        let translation =
            String(decoding: keyBytes, as: UTF8.self).holds("import")
            ? try? PageTranslation(of: files) : nil
        let imports = translation.map { ImportDeclaration.all(in: Array($0.source.utf8)) } ?? []
        let module = try reader.module(
            ModuleReader.File(path: path, bytes: bytes, imports: imports), keyBytes: keyBytes)
        let included = DependencyFiles(
            files.included.map { path, _ in
                DependencyFiles.Entry(path: path, fingerprint: fingerprints[path])
            })
        var texts = [path: String(decoding: bytes, as: UTF8.self)]
        for (path, file) in files.included {
            texts[path] = String(decoding: file?.bytes ?? [], as: UTF8.self)
        }
        let dependencies = included.union(reader.dependencies(of: module))
        return (
            ModuleReader.Result(
                module: module, fingerprint: fingerprint, dependencies: dependencies), texts
        )
    }

    /// Whether the files are unchanged since they were read, and have been for half a second: by
    /// then an editor that writes in parts has finished.
    func isSettled() -> Bool {
        let path = identity.sourcePath
        let written = max(fingerprint.modified, dependencies.modified)
        while true {
            guard FileSystem.fingerprint(of: path) == fingerprint, dependencies.areUnchanged else {
                return false
            }
            let age = WallTime.now.nanoseconds - written
            // A time in the future is not meaningful.
            if age >= 500_000_000 || age < 0 { return true }
            pause(milliseconds: 20)
        }
    }
}

extension ModuleReader {
    /// Creates a reader for a module in this process.
    init(for identity: ModuleIdentity, pinned: [String: ModuleNode] = [:]) {
        self.init(
            common: identity.inputs, searchPath: identity.searchPath.map(FilePath.normalized),
            pinned: pinned)
    }
}

extension ModuleIdentity {
    /// The inputs of a build in this process, except its sources and imports.
    var inputs: BuildInputs {
        BuildInputs(
            sourcePath: sourcePath, sources: [], namespace: namespace, optimize: optimize,
            buildID: LibraryImage.buildID, compilerVersion: LoaderSettings.compilerVersion,
            libraryDirectory: LibraryImage.directory)
    }
}
