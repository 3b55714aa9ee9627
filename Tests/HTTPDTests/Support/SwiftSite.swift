// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting

/// A server with mod_swift and one directory, /app, whose requests for `.do` go to a handler.
enum SwiftSite {
    /// The text of app/app.swift.
    static func app(_ source: String) -> String { "import ModSwift\n\(source)\n" }

    /// Runs a body against a server.
    ///
    /// - Parameters:
    ///   - source: Written to app/app.swift; `import ModSwift` is put before it.
    ///   - directives: Lines for the directory's section, after `SwiftHandler app`.
    ///   - global: Lines at server level.
    ///   - threads: Threads of each child; with prefork there are up to `children` * `threads` children.
    ///   - launcher: Starts the server, see ``HTTPDConfiguration``.
    ///   - environment: Variables added to the server's environment.
    ///   - files: Further files, by their paths in the document root.
    static func with<Result>(
        _ source: String, mpm: MPM = .event, modules: [String] = [], handler: String = "app",
        directives: String = "", global: String = "", children: Int = 2, threads: Int = 8,
        launcher: [String] = [],
        environment: [String: String] = [:], files: [String: String] = [:],
        _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let text = """
            \(global)
            <Directory "${HTDOCS}/app">
                AddHandler mod_swift .do
                SwiftHandler \(handler)
                \(directives)
            </Directory>
            """
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm, modules: modules, text: text)
        configuration.children = children
        configuration.threadsPerChild = threads
        configuration.launcher = launcher
        configuration.environment.merge(environment) { $1 }
        return try HTTPD.with(
            configuration, files: files.merging(["app/app.swift": app(source)]) { $1 }, body)
    }
}

extension HTTPD {
    /// Writes app/app.swift.
    func writeApp(_ source: String) throws {
        try write("app/app.swift", SwiftSite.app(source))
    }

    /// Returns the response of /app/x.do, whatever its status, to a client that accepts HTML as
    /// browsers do.
    func app(_ query: String = "") throws -> Response {
        try get(
            "/app/x.do" + (query.isEmpty ? "" : "?\(query)"),
            headers: ["Accept": "text/html,*/*;q=0.8"])
    }
}
