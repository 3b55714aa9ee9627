// SPDX-License-Identifier: Apache-2.0

internal import PageParsing
internal import SystemCalls

/// Shows a page beside its Swift translation, as `page.psp_` does with `SwiftDebug On`.
enum PageListing {
    /// Responds with the listing of a page: its path is the request's file name without the last
    /// character.
    static func respond(_ request: Request) throws -> Status {
        let path = String((request.filename ?? "").dropLast())
        request.contentType = "text/html; charset=utf-8"
        request.headersOut["Cache-Control"] = "no-store"
        let listing = try listing(of: path)
        request.write(
            HTMLDocument(
                title: path,
                body: """
                    <h1>\(escaped(path))</h1>
                    \(listing.html)
                    <footer>This listing is shown because <code>SwiftDebug On</code> is in effect.
                    </footer>
                    """
            ).html)
        return .ok
    }

    /// Returns two columns: the page, and its translation or the reason why there is none.
    ///
    /// - Throws: ``HandlerFailure`` when the page cannot be read.
    static func listing(of path: String) throws -> Markup {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.read(path, limit: ModuleSource.limit).bytes
        } catch {
            throw HandlerFailure.unreadableSource(error)
        }
        let files = PageFiles(path: path, bytes: bytes) {
            try? FileSystem.read($0, limit: ModuleSource.limit).bytes
        }
        let translation: String
        do {
            translation = try PageTranslation(of: files).source
        } catch {
            translation = "\(error)"
        }
        return Markup(
            """
            <style>body{max-width:none}.listing{display:grid;gap:1rem;\
            grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr))}\
            .listing h2{margin:0}.listing pre{margin:.5rem 0 0}</style>
            <div class="listing">
            <section><h2>Page</h2><pre>\(numbered(String(decoding: bytes, as: UTF8.self)))</pre></section>
            <section><h2>Swift</h2><pre>\(numbered(translation))</pre></section>
            </div>
            """)
    }

    private static func numbered(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let width = "\(lines.count)".count
        return lines.enumerated().map { index, line in
            let number = "\(index + 1)"
            let margin = String(repeating: " ", count: width - number.count)
            return "<span class=\"n\">\(margin)\(number)</span>  \(escaped(String(line)))"
        }.joined(separator: "\n")
    }
}
