// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// Runs a body against a started server, stops the server, and checks its error log.
    ///
    /// - Parameters:
    ///   - configuration: What to run with.
    ///   - files: Files that are there when it starts, by their paths below ``HTTPD/htdocs``.
    ///   - body: What to do while the server runs. It may stop and start the server.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws; ``HTTPDError`` when the server does not start, does not stop,
    ///   or logged what was not expected.
    public static func with<Result>(
        _ configuration: HTTPDConfiguration = HTTPDConfiguration(),
        files: [String: String] = [:],
        _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let server = try HTTPD(configuration)
        do {
            for (path, text) in files { try server.write(path, text) }
            try server.start()
            let result = try body(server)
            try server.finish()
            return result
        } catch {
            server.abandon()
            throw error
        }
    }

    /// Runs an asynchronous body against a started server, stops the server, and checks its error
    /// log.
    ///
    /// - Parameters:
    ///   - configuration: What to run with.
    ///   - isolation: The caller's own; leave it out.
    ///   - body: What to do while the server runs. It may stop and start the server.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws; ``HTTPDError`` when the server does not start, does not stop,
    ///   or logged what was not expected.
    public static func with<Result>(
        _ configuration: HTTPDConfiguration = HTTPDConfiguration(),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (HTTPD) async throws -> Result
    ) async throws -> Result {
        let server = try HTTPD(configuration)
        do {
            try server.start()
            let result = try await body(server)
            try server.finish()
            return result
        } catch {
            server.abandon()
            throw error
        }
    }

    private func finish() throws {
        try stop()
        try checkLog()
        close()
    }

    /// After a failure the log is worth more than the error that a client saw.
    private func abandon() {
        let lines = unexpectedLogLines()
        if !lines.isEmpty {
            StandardError.print("The server's error log:\n" + lines.joined(separator: "\n"))
        }
        close(failed: true)
    }
}
