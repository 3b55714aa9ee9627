// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// Gives each server a cache of its own, where builds are what the tests are about.
struct ColdCacheTrait: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await HTTPDConfiguration.$sharedCache.withValue(nil, operation: function)
    }
}

extension Trait where Self == ColdCacheTrait {
    /// Servers begin with nothing compiled, not even by the servers of other tests.
    static var coldCache: Self { Self() }
}
