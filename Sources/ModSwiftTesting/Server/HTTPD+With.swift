// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// Runs a body with a started server, stops the server, and checks its error log.
    ///
    /// - Parameters:
    ///   - configuration: The server's configuration.
    ///   - files: Files that exist when it starts, by their paths below ``HTTPD/htdocs``.
    ///   - body: Called while the server runs. It may stop and start the server.
    /// - Returns: The result of the body.
    /// - Throws: Errors of the body; ``HTTPDError`` if the server does not start, does not stop, or
    ///   has logged unexpected lines.
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

    /// Runs an asynchronous body with a started server, stops the server, and checks its error log.
    ///
    /// - Parameters:
    ///   - configuration: The server's configuration.
    ///   - isolation: The caller's isolation; leave it out.
    ///   - body: Called while the server runs. It may stop and start the server.
    /// - Returns: The result of the body.
    /// - Throws: Errors of the body; ``HTTPDError`` if the server does not start, does not stop, or
    ///   has logged unexpected lines.
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

    /// Prints the log after a failure, because it says more than the error that a client got.
    private func abandon() {
        let lines = unexpectedLogLines()
        if !lines.isEmpty {
            StandardError.print("The server's error log:\n" + lines.joined(separator: "\n"))
        }
        close(failed: true)
    }
}
