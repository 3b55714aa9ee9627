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
        guard !FilePath.name(of: module).isEmpty else { throw HandlerFailure.noModuleName(module) }
        let candidates = candidates(for: module)
        guard let found = candidates.first(where: FileSystem.isRegularFile) else {
            throw HandlerFailure.noModule(module, searched: candidates)
        }
        return found
    }

    private func candidates(for module: String) -> [String] {
        let places = module.hasPrefix("/") ? [""] : (directory.map { [$0] } ?? []) + path
        // A module has one identity, however its path is written.
        return places.map { FilePath.normalized("\($0)/\(module).swift") }
    }
}
