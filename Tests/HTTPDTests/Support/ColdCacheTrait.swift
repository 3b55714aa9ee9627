// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// Gives each server a separate cache, for tests about builds.
struct ColdCacheTrait: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await HTTPDConfiguration.$sharedCache.withValue(nil, operation: function)
    }
}

extension Trait where Self == ColdCacheTrait {
    /// Servers begin with an empty cache, also without modules that the servers of other tests have
    /// compiled.
    static var coldCache: Self { Self() }
}
