// SPDX-License-Identifier: Apache-2.0

internal import ModuleGraph
internal import SystemCalls

/// Searches for a module's sources: in the directory of its directive, then along SwiftPath.
struct ModuleFinder {
    let directory: String?
    let path: [String]

    /// Returns the source file of a module, or its directory of source files.
    ///
    /// - Parameter module: "hello", "dir/name", or an absolute path without ".swift".
    /// - Throws: ``HandlerFailure`` with the searched paths.
    func source(of module: String) throws -> String {
        guard !FilePath.name(of: module).isEmpty else { throw HandlerFailure.noModuleName(module) }
        let places = module.hasPrefix("/") ? [""] : (directory.map { [$0] } ?? []) + path
        let candidates = ModuleLookup.candidates(for: module, in: places)
        guard let found = candidates.first(where: { ModuleLookup.module(at: $0) != nil }) else {
            throw HandlerFailure.noModule(module, searched: candidates)
        }
        return found
    }
}
