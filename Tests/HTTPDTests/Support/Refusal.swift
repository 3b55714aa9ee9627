// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// Expects that httpd does not take a configuration, and says why.
///
/// - Parameters:
///   - text: Directives at server level.
///   - sentence: A part of what `httpd -t` says.
func expectRefusal(
    of text: String, with sentence: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let server = try HTTPD(.modSwift(text: text))
    defer { server.close() }
    let test = server.configTest()
    #expect(!test.ok, sourceLocation: sourceLocation)
    #expect(test.output.contains(sentence), "\(test.output)", sourceLocation: sourceLocation)
}
