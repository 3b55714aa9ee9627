// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
package import SystemCalls

/// A problem in the cache.
package struct CacheFinding: Sendable, Equatable {
    /// The problem, as a sentence that names the path.
    package let problem: String
    /// The remedy, as a sentence.
    package let advice: String

    package init(_ problem: String, _ advice: String) {
        self.problem = problem
        self.advice = advice
    }
}

/// The state of the cache.
package struct CacheReport: Sendable {
    package internal(set) var findings: [CacheFinding] = []
    /// The number of complete modules.
    package internal(set) var modules = 0
    /// The size of the modules, of the compiler's module cache, and of everything, in bytes.
    package internal(set) var moduleBytes = 0
    package internal(set) var compilerBytes = 0
    package internal(set) var totalBytes = 0
    /// The number of modules for each build of mod_swift, by its build id.
    package internal(set) var builds: [String: Int] = [:]
}

extension CacheDirectory {
    /// Checks that this is a cache of mod_swift, not another directory of that name.
    ///
    /// - Throws: ``NotACache`` with a sentence that gives the reason.
    package func checkIdentity() throws(NotACache) -> FileStatus {
        let info: FileStatus
        do {
            info = try FileSystem.info(of: path)
        } catch {
            throw NotACache(
                error.isMissing
                    ? "There is no cache at \(path)." : "\(path) cannot be looked at: \(error).")
        }
        switch info.kind {
        case .directory: break
        case .symbolicLink:
            throw NotACache("\(path) is a symbolic link, which a cache must not be.")
        default: throw NotACache("\(path) is not a directory.")
        }
        for part in [modules, locks] {
            guard let found = try? FileSystem.info(of: part), found.kind == .directory else {
                throw NotACache(
                    "\(path) is not a cache of mod_swift's, or cannot be entered: it has no "
                        + "directory \(FilePath.name(of: part)).")
            }
        }
        return info
    }

    /// Checks everything in the cache that the server relies on. Changes nothing.
    ///
    /// - Parameter owner: The user who must own all of it.
    package func check(owner: UInt32) throws -> CacheReport {
        var report = CacheReport()
        for directory in [path] + parts {
            do {
                if owner == 0, isOfRoot, [path, modules].contains(directory) {
                    // A cache that servers only read.
                    try FileSystem.checkSystemDirectory(directory)
                } else {
                    try FileSystem.checkPrivateDirectory(directory, owner: owner)
                }
            } catch PrivacyError.missing {
                // It is created when it is needed.
            } catch {
                report.add(
                    "\(error)", "Mend owner and mode (0700), or remove it while no server runs.")
            }
        }
        for name in try FileSystem.names(in: modules) { checkModule(name, owner, &report) }
        checkStrangers(&report)
        report.compilerBytes = FileSystem.size(ofTree: clang)
        report.totalBytes = size
        return report
    }

    private func checkModule(_ name: String, _ owner: UInt32, _ report: inout CacheReport) {
        let path = "\(modules)/\(name)"
        do {
            try FileSystem.checkPrivateFile(path, owner: owner)
            let bytes = try FileSystem.read(path, limit: 1 << 30).bytes
            let stamp = try Stamp(of: bytes)
            let names = ModuleNames(sourcePath: stamp.sourcePath, key: stamp.key)
            guard name == names.file else {
                report.add(
                    "\(path) is the module \(names.file) under another name",
                    "Remove it: the server will not use it.")
                return
            }
            report.modules += 1
            report.moduleBytes += bytes.count
            report.builds[stamp.buildID, default: 0] += 1
        } catch PrivacyError.missing {
            // A server, or another cleaning, has removed it in the meantime.
        } catch let error as PrivacyError {
            report.add("\(error)", "Remove it: the server will not use it, and builds it again.")
        } catch StampError.missing {
            report.add(
                "\(path) is not a compiled module of mod_swift's, or was cut short",
                "Remove it: the server will not use it.")
        } catch StampError.damaged {
            report.add(
                "\(path) is damaged: its stamp and its bytes do not fit together",
                "Remove it, and look at the disk: the server builds it again.")
        } catch {
            report.add("\(error)", "Look at the file's mode and at the disk.")
        }
    }

    private func checkStrangers(_ report: inout CacheReport) {
        let known = Set((parts + [warmSource]).map(FilePath.name))
        for name in (try? FileSystem.names(in: path)) ?? []
        where !known.contains(name) && !name.hasPrefix("warm.swift.") {
            report.add(
                "\(path)/\(name) is nothing of mod_swift's",
                "Move it away: everything in the cache may be removed at any time.")
        }
    }
}

/// The reason why a directory is not accepted as a cache.
package struct NotACache: Error, CustomStringConvertible {
    /// The reason as a sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}

extension CacheReport {
    fileprivate mutating func add(_ problem: String, _ advice: String) {
        findings.append(CacheFinding("\(problem).", advice))
    }
}
