// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// Expects that httpd rejects a configuration with a message.
///
/// - Parameters:
///   - text: Directives at server level.
///   - sentence: A part of the message of `httpd -t`.
func expectRefusal(
    of text: String, with sentence: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let server = try HTTPD(.modSwift(text: text))
    defer { server.close() }
    let test = server.configTest()
    #expect(!test.ok, sourceLocation: sourceLocation)
    #expect(test.output.contains(sentence), "\(test.output)", sourceLocation: sourceLocation)
}
