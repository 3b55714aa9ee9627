// SPDX-License-Identifier: Apache-2.0
//
// Which of the configured handlers stand for a request.

internal import SystemCalls

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

/// The extension of a file name: what follows the first run of dots, with one dot.
///
/// `a.tar.gz` has `.tar.gz`, `a..b` has `.b`, `.b` has `.b`; nil where there is none.
func fileExtension(of path: String) -> String? {
    let name = FilePath.name(of: path)
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let rest = name[dot...].drop { $0 == "." }
    return rest.isEmpty ? nil : ".\(rest)"
}
