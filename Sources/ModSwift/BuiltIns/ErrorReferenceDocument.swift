// SPDX-License-Identifier: Apache-2.0

internal import ErrorReference
internal import ServerRules
internal import SystemCalls

/// The error reference of this build, as HTML documents of the status page: `?explain` is a list of
/// all entries, `?explain=MSW0103` shows one.
enum ErrorReferenceDocument {
    private static let query = "explain"

    /// The document for a query of the status page; nil if the query is for something else.
    static func html(for query: String?) -> String? {
        guard let query, query == Self.query || query.hasPrefix("\(Self.query)=") else {
            return nil
        }
        guard let reference else {
            return document("<p>error-reference.md is missing in \(escaped(folder)).</p>")
        }
        let asked = String(query.dropFirst(Self.query.count + 1))
        guard !asked.isEmpty else { return document(index(of: reference)) }
        guard let entry = ErrorReference.id(asked).flatMap(reference.entry) else {
            return document("<p>There is no such entry.</p>\n\(index(of: reference))")
        }
        return document(html(of: entry), title: entry.id)
    }

    /// The path of an entry on the server that received the request; nil if the configuration does
    /// not show that the client can reach it.
    static func path(of id: String, for request: Request) -> String? {
        let record = request.live
        let address = record.useragentIP ?? ""
        let isLocal =
            address.hasPrefix("127.") || address == "::1" || address == request.connection.localIP
        let locations = StatusLocations(Directive.tree.map(\.node))
        return locations.path(
            fileName: record.server?.isVirtual == true ? record.server?.definitionFile : nil,
            line: record.server?.definitionLine ?? 0, isLocal: isLocal
        ).map { "\($0)?\(query)=\(id)" }
    }

    /// Turns the message ids in a text into links to their entries.
    ///
    /// - Parameter html: Text, already escaped.
    static func linked(_ html: String) -> String {
        var linked = ""
        var rest = html[...]
        while let first = rest.first {
            let digits = rest.dropFirst(3).prefix { $0.isASCII && $0.isNumber }
            if rest.hasPrefix("MSW"), digits.count == 4 {
                let id = String(rest[..<digits.endIndex])
                linked += link(to: id, id)
                rest = rest[digits.endIndex...]
            } else {
                linked.append(first)
                rest.removeFirst()
            }
        }
        return linked
    }

    // MARK: Documents

    private static var folder: String { LibraryImage.directory }

    private static var reference: ErrorReference? {
        (try? FileSystem.read("\(folder)/error-reference.md", limit: 1 << 22)).map {
            ErrorReference(String(decoding: $0.bytes, as: UTF8.self))
        }
    }

    private static func document(_ body: String, title: String? = nil) -> String {
        let more = title == nil ? "" : "<footer><a href=\"?\(query)\">All messages</a></footer>\n"
        return HTMLDocument(
            title: title ?? "Error reference",
            body: "<h1>\(escaped(title ?? "Error reference"))</h1>\n\(body)\n\(more)"
        ).html
    }

    private static func index(of reference: ErrorReference) -> String {
        let rows = reference.entries.map {
            "<dt>\(link(to: $0.id, $0.id))</dt><dd>\(escaped($0.title))</dd>"
        }
        return "<dl>\n\(rows.joined(separator: "\n"))\n</dl>"
    }

    private static func html(of entry: ErrorEntry) -> String {
        var html = ""
        var isInList = false
        for block in entry.blocks {
            if block.isItem != isInList {
                html += block.isItem ? "<ul>\n" : "</ul>\n"
                isInList = block.isItem
            }
            let tag = block.isItem ? "li" : "p"
            html += "<\(tag)>\(block.spans.map(Self.html).joined())</\(tag)>\n"
        }
        return html + (isInList ? "</ul>\n" : "")
    }

    private static func html(_ span: ErrorEntry.Span) -> String {
        switch span {
        case .text(let text): return escaped(text)
        case .code(let text): return "<code>\(escaped(text))</code>"
        case .emphasized(let text): return "<em>\(escaped(text))</em>"
        case .strong(let text): return "<strong>\(escaped(text))</strong>"
        case .link(let spans, let target):
            let text = spans.map(html).joined()
            if target.hasPrefix("#"), let id = ErrorReference.id(String(target.dropFirst())) {
                return link(to: id, text)
            }
            // A page of the manual, which this server does not serve.
            return "\(text) (<code>\(escaped(target))</code>)"
        }
    }

    private static func link(to id: String, _ html: String) -> String {
        "<a href=\"?\(query)=\(id)\">\(html)</a>"
    }
}
