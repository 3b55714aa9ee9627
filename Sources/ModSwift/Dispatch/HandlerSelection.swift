// SPDX-License-Identifier: Apache-2.0
//
// Which of the configured handlers stand for a request.

internal import ServerRules

extension HandlerEntries {
    /// The entries for a file: those for its extension, or else those for any file.
    func selected(for filename: String?) -> [HandlerEntry] {
        let all = (0..<count).map { self[$0] }
        let wanted = filename.flatMap(fileExtension)
        let special = all.filter { $0.fileExtension != nil && $0.fileExtension == wanted }
        return special.isEmpty ? all.filter { $0.fileExtension == nil } : special
    }
}

extension DirectoryConfiguration {
    /// The handlers that run first, once each: those of the server when the request was read, and
    /// what directories and extensions add to them as soon as these are known (N5-01).
    func initialHandlers(for request: Request) -> [HandlerEntry] {
        let entries = handlers(for: .initial)
        if request.hook == .postReadRequest { return entries.selected(for: nil) }
        let already =
            request.live.server?.defaults?.handlers(for: .initial).selected(for: nil) ?? []
        return entries.selected(for: request.filename).filter { !already.contains($0) }
    }
}
