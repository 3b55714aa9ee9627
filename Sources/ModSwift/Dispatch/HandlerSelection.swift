// SPDX-License-Identifier: Apache-2.0
//
// Selects the configured handlers that apply to a request.

internal import ServerRules

extension HandlerEntries {
    /// Returns the entries for a file: those for its extension, or otherwise those for all files.
    func selected(for filename: String?) -> [HandlerEntry] {
        let all = (0..<count).map { self[$0] }
        let wanted = filename.flatMap(fileExtension)
        let special = all.filter { $0.fileExtension != nil && $0.fileExtension == wanted }
        return special.isEmpty ? all.filter { $0.fileExtension == nil } : special
    }
}

extension DirectoryConfiguration {
    /// The handlers that run first, once each: those of the server when the request has been read,
    /// and those that directories and extensions add as soon as these are known (N5-01).
    func initialHandlers(for request: Request) -> [HandlerEntry] {
        let entries = handlers(for: .initial)
        if request.hook == .postReadRequest { return entries.selected(for: nil) }
        let already =
            request.live.server?.defaults?.handlers(for: .initial).selected(for: nil) ?? []
        return entries.selected(for: request.filename).filter { !already.contains($0) }
    }
}
