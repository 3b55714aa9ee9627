// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import PageParsing
internal import SystemCalls

/// The source is no longer where it was found: it is looked for again.
struct SourceMissing: Error {}

/// A module's source as it was read once.
struct ModuleSource {
    /// The largest source that is compiled: 4 MiB.
    static let limit = 4 << 20

    let identity: ModuleIdentity
    let fingerprint: FileFingerprint
    /// The files that a page includes; none for other sources.
    let included: IncludedFiles
    let key: ModuleKey
    let names: ModuleNames
    /// What was read.
    let text: String

    /// Reads a source and computes its key.
    ///
    /// - Throws: ``HandlerFailure`` when it cannot be read, or is no Swift text.
    init(_ identity: ModuleIdentity) throws {
        let path = identity.sourcePath
        let bytes: [UInt8]
        do {
            (bytes, fingerprint) = try FileSystem.read(path, limit: Self.limit)
        } catch let error as SystemError where error.isMissing {
            throw SourceMissing()
        } catch {
            throw HandlerFailure.unreadableSource(error)
        }
        if identity.isPage {
            let files = IncludedFiles.read(by: path, bytes)
            included = files.included
            // What is wrong with a page is told with its line.
            text = String(decoding: bytes, as: UTF8.self)
            self.identity = identity
            key = ModuleKey(identity.inputs(source: files.keyBytes))
            names = ModuleNames(sourcePath: path, key: key)
            return
        }
        included = .none
        if bytes.contains(0) {
            throw HandlerFailure.badSource(path, "holds a NUL byte; it is no source")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw HandlerFailure.badSource(path, "is not UTF-8 text, as Swift sources must be")
        }
        self.text = text
        self.identity = identity
        key = ModuleKey(identity.inputs(source: bytes))
        names = ModuleNames(sourcePath: path, key: key)
    }

    /// Whether the file is still what was read, and has been for half a second: an editor that
    /// writes it in parts is done by then.
    func isSettled() -> Bool {
        let path = identity.sourcePath
        let written = max(fingerprint.modified, included.modified)
        while true {
            guard FileSystem.fingerprint(of: path) == fingerprint, included.areUnchanged else {
                return false
            }
            let age = WallTime.now.nanoseconds - written
            // A time in the future says nothing.
            if age >= 500_000_000 || age < 0 { return true }
            pause(milliseconds: 20)
        }
    }
}

extension ModuleIdentity {
    /// What a build in this process depends on.
    func inputs(source: [UInt8]) -> BuildInputs {
        BuildInputs(
            sourcePath: sourcePath, source: source, namespace: namespace, optimize: optimize,
            buildID: LibraryImage.buildID, compilerVersion: LoaderSettings.compilerVersion,
            libraryDirectory: LibraryImage.directory)
    }
}
