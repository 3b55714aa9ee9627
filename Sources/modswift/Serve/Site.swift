// SPDX-License-Identifier: Apache-2.0

import SystemCalls

/// A directory with handlers, and the configuration with which httpd serves it.
struct Site {
    /// An absolute path without links.
    let directory: String
    /// Configuration at server level, in which `${SITE}` is the directory.
    let configuration: String

    static let configurationName = "site.conf"

    /// Examines a directory.
    ///
    /// - Throws: ``Trouble`` if it contains nothing that could be served.
    init(_ path: String) throws {
        guard let directory = FilePath.real(path), FileSystem.isDirectory(directory) else {
            throw Trouble("\(path) is not a directory. Make a site with: modswift new \(path)")
        }
        guard !directory.contains(where: { $0 == "\"" || $0 == "\\" || $0.isNewline }) else {
            throw Trouble("httpd cannot serve a directory with such a name: \(directory)")
        }
        self.directory = directory
        let file = "\(directory)/\(Self.configurationName)"
        if FileSystem.isRegularFile(file) {
            configuration = "Include \"\(file)\""
        } else {
            configuration = try Self.configuration(of: directory)
        }
    }

    /// Returns the configuration for a directory that has none: for its only Swift file, and its
    /// pages.
    private static func configuration(of directory: String) throws -> String {
        let names = try FileSystem.names(in: directory)
        let sources = names.filter { $0.hasSuffix(".swift") }
        let hasPages = names.contains { $0.hasSuffix(".psp") }
        switch sources.count {
        case 1:
            return SiteTemplate.configuration(
                handler: String(sources[0].dropLast(6)), hasPages: hasPages)
        case 0 where hasPages: return SiteTemplate.configuration(handler: nil, hasPages: true)
        case 0:
            throw Trouble(
                "\(directory) has no Swift file, no page and no \(configurationName). Begin with: "
                    + "modswift new \(directory)")
        default:
            throw Trouble(
                "\(directory) has \(sources.count) Swift files (\(sources.joined(separator: ", "))) "
                    + "and no \(configurationName) that says which of them handles requests. "
                    + "\"modswift new\" writes one to begin with.")
        }
    }
}

/// The files of a new site.
enum SiteTemplate {
    static func configuration(handler: String?, hasPages: Bool = false) -> String {
        let handlers = [
            handler.map {
                """
                    # The function "handler" of \($0).swift handles URLs that end in .do.
                    AddHandler mod_swift .do
                    SwiftHandler \($0)\(hasPages ? " | .do" : "")
                """
            },
            hasPages
                ? """
                    # A file that ends in .psp is a page; what pages include is not served.
                    AddHandler mod_swift .psp
                    SwiftHandler mod_swift::psp | .psp
                    <Files "*.inc">
                        Require all denied
                    </Files>
                """ : nil,
        ]
        return """
            # For "modswift serve". ${SITE} is this directory; in another server's configuration, write
            # "Define SITE /path/of/the/directory" above it, and Include it.
            DocumentRoot "${SITE}"
            <Directory "${SITE}">
                Require all granted
                DirectoryIndex \(hasPages ? "index.psp " : "")index.html
            \(handlers.compactMap(\.self).joined(separator: "\n"))
            </Directory>

            """
    }

    static let pages = [
        (Site.configurationName, configuration(handler: nil, hasPages: true)),
        (
            "index.psp",
            """
            <%@ include file="head.inc" %>
            <h1>A new site</h1>
            <form action=""><input name="name"> <button>Say hello</button></form>
            <% if let name = form.getFirst("name") { %>
            <p>Hello <%= name %>!</p>
            <% } %>
            <p>This is index.psp. Edit it, and reload the page.</p>
            </body>
            </html>

            """
        ),
        (
            "head.inc",
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>A new site</title></head>
            <body>

            """
        ),
    ]

    static let files = [
        (Site.configurationName, configuration(handler: "hello")),
        (
            "hello.swift",
            """
            import ModSwift

            func handler(_ req: Request) throws -> Status {
                req.contentType = "text/plain"
                req.write("Hello World!\\n")
                return .ok
            }

            """
        ),
        (
            "index.html",
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>A new site</title></head>
            <body>
            <h1>A new site</h1>
            <p>hello.swift handles <a href="hello.do">hello.do</a>. Edit it, and reload the page.</p>
            </body>
            </html>

            """
        ),
    ]
}
