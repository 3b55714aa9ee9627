// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// Sends a request with curl, for protocols that this package's own client does not support:
    /// HTTP/2.
    ///
    /// ```swift
    /// let answer = try server.curl("/hello", "--http2-prior-knowledge")
    /// #expect(answer.version == "HTTP/2")
    /// ```
    ///
    /// - Parameters:
    ///   - path: The target, with its query.
    ///   - arguments: curl's arguments, such as `"--http2-prior-knowledge"`, `"-d", "a=1"`, `"-H",
    ///     "A: b"`.
    ///   - timeout: The maximum time for the exchange.
    /// - Returns: The last response, complete as far as curl can determine.
    /// - Throws: ``HTTPClientError`` of kind ``HTTPClientError/Kind/curl`` if curl fails, with its
    ///   exit status and message; ``HTTPDError`` if curl is not installed.
    public func curl(
        _ path: String, _ arguments: String..., timeout: Duration = .seconds(120)
    ) throws -> Response {
        let heads = "\(directory.scratch)/\(UUID().uuidString).heads"
        defer { unlink(heads) }
        let own = ["curl", "-q", "-sS", "-g", "--noproxy", "*", "-D", heads]
        let limit = ["-m", "\(timeout.wholeSeconds)"]
        let target = "http://127.0.0.1:\(port)\(path)"
        let command = Command(
            program: "/usr/bin/env", arguments: own + limit + arguments + [target],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"])
        let result = try command.run(scratch: directory.scratch, within: timeout + .seconds(2))
        guard result.status.isSuccess else { throw Self.curlError(result) }
        return try ResponseHead.lastResponse(in: File.read(heads) ?? [], body: result.output)
    }

    private static func curlError(_ result: Command.Result) -> HTTPClientError {
        let words = String(decoding: result.errors, as: UTF8.self)
        var partial = Response()
        partial.body = result.output
        return HTTPClientError(.curl, "curl: \(result.status): \(words)", partial: partial)
    }
}
