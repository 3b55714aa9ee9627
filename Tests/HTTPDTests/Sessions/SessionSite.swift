// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// A store with which the tests run.
enum SessionBackend: String, CaseIterable, CustomStringConvertible {
    case file, memory, dbm, shmcb, memcache, redis, dbd, custom

    var description: String { rawValue }

    /// Directives at server level.
    var directives: String {
        switch self {
        // The default.
        case .file: ""
        case .memory: "SwiftSessionStore memory"
        case .dbm: "SwiftSessionStore dbm \"${LOGS}/sessions.dbm\""
        case .redis: "SwiftSessionStore redis redis://127.0.0.1:${STORE_PORT}?lock_lifetime=2"
        case .dbd:
            """
            DBDriver sqlite3
            DBDParams "${LOGS}/sessions.sqlite"
            SwiftSessionStore dbd
            """
        case .memcache: "SwiftSessionStore socache memcache:127.0.0.1:${STORE_PORT}"
        // The store in Tests/Fixtures/Sessions/stores.swift.
        case .custom:
            """
            SwiftSessionStore custom folder
            SwiftPath "${HTDOCS}/app"
            SwiftImport app::registerStore
            """
        case .shmcb: "SwiftSessionStore socache \"shmcb:${ROOT}/run/sessions(512000)\""
        }
    }

    /// The kind of server that it needs.
    var server: StoreServer.Kind? {
        switch self {
        case .redis: .redis
        case .memcache: .memcached
        default: nil
        }
    }

    var modules: [String] {
        switch self {
        case .shmcb: ["socache_shmcb"]
        case .memcache: ["socache_memcache"]
        case .dbd: ["dbd"]
        default: []
        }
    }

    /// Whether its records are files that tests can inspect and damage.
    var keepsFiles: Bool { self == .file }

    /// Whether each process has a separate one.
    var isPrivate: Bool { self == .memory }
}

/// A server with the handlers of Tests/Fixtures/Sessions, at /app/NAME.do.
enum SessionSite {
    /// Runs a body against a server.
    ///
    /// - Parameters:
    ///   - storeServer: The server that keeps the sessions, if the store has one that httpd servers
    ///     share; nil: one is started.
    ///   - checksStores: Whether the handlers in stores.swift exist, too.
    static func with<Result>(
        _ backend: SessionBackend = .file, mpm: MPM = .event, children: Int = 2,
        directives: String = "", global: String = "", storeServer: StoreServer? = nil,
        checksStores: Bool = false, _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let files = ["app.swift"] + (checksStores || backend == .custom ? ["stores.swift"] : [])
        let source = try files.map { try SessionFixture.text("Sessions/\($0)") }.joined()
        let quick = """
            <Files "*-quick.do">
                SwiftOption mod_swift.session.lock_timeout 1
            </Files>
            """
        return try serving(backend, storeServer) { definition in
            try SwiftSite.with(
                source, mpm: mpm, modules: backend.modules, directives: directives + "\n" + quick,
                global: "\(definition)\n\(backend.directives)\n\(global)",
                children: backend.isPrivate ? 1 : children, body)
        }
    }

    /// Calls body with the definitions for the configuration, while the store's own server runs.
    private static func serving<Result>(
        _ backend: SessionBackend, _ server: StoreServer?, _ body: (String) throws -> Result
    ) throws -> Result {
        guard let kind = backend.server else { return try body("") }
        if let server { return try body("Define STORE_PORT \(server.port)") }
        return try StoreServer.with(kind) { try body("Define STORE_PORT \($0.port)") }
    }
}

extension HTTPD {
    /// Calls one of the fixture's handlers.
    func session(
        _ name: String, cookie: String? = nil, timeout: Duration = .seconds(30)
    ) throws -> Response {
        let parts = name.split(separator: "?", maxSplits: 1)
        let query = parts.count > 1 ? "?\(parts[1])" : ""
        var headers: HeaderFields = [:]
        headers["Cookie"] = cookie.map { "mod_swift_session=\($0)" }
        return try get("/app/\(parts[0]).do\(query)", headers: headers, timeout: timeout)
    }

    /// Returns the files of the default store that contain records.
    func sessionFiles() -> [String] {
        let root = "\(root)/state/sessions"
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        return names.filter { $0.contains("/") }.map { "\(root)/\($0)" }
    }
}

extension Response {
    /// The session ids that it sets for the client.
    var sessionIDs: [String] {
        headers.values(for: "Set-Cookie").compactMap { field in
            field.split(separator: ";").first.flatMap { pair in
                let sides = pair.split(separator: "=", maxSplits: 1)
                return sides.first == "mod_swift_session" && sides.count > 1
                    ? String(sides[1]) : nil
            }
        }
    }

    /// Whether it makes the browser delete the session's cookie.
    var deletesSessionCookie: Bool {
        headers.values(for: "Set-Cookie").contains { field in
            field.hasPrefix("mod_swift_session=;") && field.contains("Max-Age=0")
        }
    }
}

/// Files in Tests/Fixtures.
enum SessionFixture {
    static func text(_ path: String) throws -> String { try Manual.text("Tests/Fixtures/\(path)") }
}
