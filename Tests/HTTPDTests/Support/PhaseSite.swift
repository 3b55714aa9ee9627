// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting

/// A server with two handlers in every phase before content, whose results are set by the query:
/// `?Access=ok&Fixup=done`.
enum PhaseSite {
    /// The phases before content, as in the names of directives, in httpd's order.
    static let phases = [
        "PostReadRequest", "Trans", "Init", "HeaderParser", "Access", "Authen", "Authz", "Type",
        "Fixup",
    ]

    /// The phases that end with the first handler that returns ok.
    static let endingWithOk: Set = ["Trans", "Authen", "Authz", "Type"]

    /// Returns the output of a request's handlers if all of them decline, or if the first of a
    /// phase is the last.
    static func trail(endingAt phase: String? = nil) -> String {
        phases.flatMap { $0 == phase ? [$0] : [$0, "\($0)2"] }.joined(separator: " ")
    }

    static let source = """
        enum Trail: RequestStorageKey { typealias Value = [String] }
        struct Broken: Error {}
        nonisolated(unsafe) var three = 3

        extension Request {
            var phaseName: String { String(phase.directive.dropFirst(5).dropLast(7)) }

            func leave(_ name: String) { self[Trail.self] = (self[Trail.self] ?? []) + [name] }

            /// "ok" of "?Access=ok".
            var order: String? {
                for pair in (args ?? "").split(separator: "&") {
                    if pair.hasPrefix("\\(phaseName)=") { return String(pair.drop { $0 != "=" }.dropFirst()) }
                }
                return nil
            }
        }

        func act(_ req: Request) throws -> Status {
            req.leave(req.phaseName)
            switch req.order {
            case "ok":
                if req.phase == .trans { req.filename = (req.server.documentRoot ?? "") + req.uri }
                if req.phase == .authen { req.user = "ann" }
                return .ok
            case "done":
                req.write("done")
                return .done
            case "created":
                req.write("made")
                return .created
            case "forbidden": return .forbidden
            case "teapot": throw Status(rawValue: 418)
            case "error": throw Broken()
            case "trap": return three > 0 ? Status(rawValue: [1][three]) : .ok
            default: return .declined
            }
        }

        func later(_ req: Request) async throws -> Status {
            try await Task.sleep(for: .milliseconds(1))
            return try act(req)
        }

        /// What makes the request go on when the first handler declines.
        func second(_ req: Request) -> Status {
            req.leave("\\(req.phaseName)2")
            guard req.phase == .authen else { return .declined }
            req.user = "bob"
            return .ok
        }

        func answer(_ req: Request) -> String { (req[Trail.self] ?? []).joined(separator: " ") }
        """

    /// Runs a body against a server.
    ///
    /// - Parameters:
    ///   - first: The first handler of each phase.
    ///   - directives: Directives in the section for /app.
    static func with<Result>(
        mpm: MPM = .event, modules: [String] = [], first: String = "app::act",
        directives: String = "", global: String = "", source: String = source,
        _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let lines = phases.map { "Swift\($0)Handler \(first) app::second" }
        let text = """
            SwiftTrapDrain 0
            SwiftTrapLimit 0
            \(global)
            SwiftPath "${HTDOCS}/app"
            \(lines[..<2].joined(separator: "\n"))
            <Directory "${HTDOCS}/app">
            SetHandler mod_swift
            SwiftHandler app::answer
            \(lines[2...].joined(separator: "\n"))
            AuthType Basic
            AuthName phases
            Require valid-user
            \(directives)
            </Directory>
            """
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm, modules: ["authn_core", "authz_user"] + modules, text: text)
        configuration.children = 1
        return try HTTPD.with(configuration) { server in
            try server.writeApp(source)
            return try body(server)
        }
    }
}
