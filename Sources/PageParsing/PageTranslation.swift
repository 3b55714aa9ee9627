// SPDX-License-Identifier: Apache-2.0

/// The translation of a page to Swift.
///
/// The source is a complete file of a module: a function that writes the page, and a function that
/// registers it with the server when the module is loaded. The names that it uses begin with an
/// underscore, except `req`, `form`, `session`, `psp` and `exception`, which are for the page's own
/// code; each is declared only if that code uses it.
package struct PageTranslation: Sendable {
    /// The Swift source.
    package let source: String
    /// The parameters of the page, in order.
    package let parameters: [String]
    /// The identifiers and keywords in the page's code.
    let words: Set<String>

    /// Translates a page.
    ///
    /// - Throws: ``PageSyntaxError`` with the location of the first error.
    package init(of files: PageFiles) throws(PageSyntaxError) {
        var translator = PageTranslator(files)
        try translator.run()
        parameters = translator.parameters
        words = translator.words
        source = Self.source(of: translator)
    }

    private static func source(of translator: PageTranslator) -> String {
        let words = translator.words
        var given = ""
        if words.contains("form") { given += "    let form = try _req.form();\n" }
        if words.contains("session") { given += "    let session = try _page.session();\n" }
        if words.contains("psp") { given += "    let psp = _page.psp;\n" }
        if words.contains("exception") { given += "    let exception = try _page.exception();\n" }
        // An error in a generated line is attributed to the page as a whole.
        let start = "#sourceLocation(file: \(pathLiteral(translator.path)), line: 1)"
        let sinks = translator.used.compactMap { PageTranslator.sinks[$0] }.sorted()
            .map { "    let _\($0.name) = _page.\($0.member);\n" }.joined()
        return """
            // Translated from a page.

            import ModSwift

            private func raw(_ value: some Swift.CustomStringConvertible) -> ModSwift.Markup {
                ModSwift.Markup(value.description)
            }

            \(start)
            \(translator.declarations.text)
            #sourceLocation()
            private func page(
                _msw _page: ModSwift.PageRun
            ) \(words.contains("await") ? "async " : "")throws {
                let _req = _page.req;
                let req = _req; _ = req;
            \(start)
            \(given)    let _s = _page.text; _ = _s;
            \(sinks)    do {
            \(translator.body.text)
            #sourceLocation()
                }
            }

            @c(msw_register_handlers)
            public func mswRegisterHandlers(_ _msw_context: UnsafeMutableRawPointer) {
                ModSwift.HandlerRegistrar(_msw_context).addPage(
                    files: [\(translator.files.map { pathLiteral($0) }.joined(separator: ", "))],
                    page(_msw:))
            }

            """
    }
}
