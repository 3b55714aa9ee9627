// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Looks for a module's source: in the directory of its directive, then along SwiftPath.
struct ModuleFinder {
    let directory: String?
    let path: [String]

    /// The source of a module.
    ///
    /// - Parameter module: "hello", "dir/name", or an absolute path without ".swift".
    /// - Throws: ``HandlerFailure`` with the places that were looked at.
    func source(of module: String) throws -> String {
        let candidates = candidates(for: module)
        guard let found = candidates.first(where: FileSystem.isRegularFile) else {
            throw HandlerFailure.noModule(module, searched: candidates)
        }
        return found
    }

    private func candidates(for module: String) -> [String] {
        if module.hasPrefix("/") { return ["\(module).swift"] }
        let first = directory.map { [$0.hasSuffix("/") ? $0 : "\($0)/"] } ?? []
        return (first + path.map { "\($0)/" }).map { "\($0)\(module).swift" }
    }
}
