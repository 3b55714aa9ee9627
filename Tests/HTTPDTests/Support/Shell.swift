// SPDX-License-Identifier: Apache-2.0
//
// Programs that tests run to their end, and directories that go with the test.

import Foundation
import ModSwiftTesting

/// Programs that tests run to their end.
enum Shell {
    /// Runs a program with an environment of its own, and kills it when it takes too long.
    ///
    /// - Parameters:
    ///   - words: The program, looked for in `PATH`, and its arguments.
    ///   - environment: What it gets besides `PATH` and `LANG`.
    ///   - limit: How long it may take.
    /// - Returns: What it printed, on standard error too.
    /// - Throws: ``ShellError`` when it fails.
    @discardableResult
    static func run(
        _ words: [String], environment: [String: String] = [:],
        within limit: Duration = .seconds(300)
    ) throws -> String {
        let basic = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
        let command = Command(
            program: "/usr/bin/env", arguments: words,
            environment: basic.merging(environment) { _, own in own }, mergesErrors: true)
        let result = try withTemporaryDirectory { try command.run(scratch: $0, within: limit) }
        let output = String(decoding: result.output, as: UTF8.self)
        guard result.status.isSuccess else {
            throw ShellError(command: words, status: "\(result.status)", output: output)
        }
        return output
    }
}

/// A program that failed, and what it said.
struct ShellError: Error, CustomStringConvertible {
    let command: [String]
    let status: String
    let output: String

    var description: String {
        "\(command.joined(separator: " ")): \(status)\n\(output)"
    }
}

/// Runs a body with a new directory that every user may traverse, and removes the directory.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let directory = try makeTemporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try body(directory)
}

/// The same for an asynchronous body.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result
{
    let directory = try makeTemporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(directory)
}

private func makeTemporaryDirectory() throws -> String {
    let place = ProcessInfo.processInfo.environment["MOD_SWIFT_TEST_DIR"] ?? "/tmp"
    let directory = "\(place)/mod_swift-files.\(UUID().uuidString)"
    try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o755])
    // Whatever the umask of the tests.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory)
    return directory
}
