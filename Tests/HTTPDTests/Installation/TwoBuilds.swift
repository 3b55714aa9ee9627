// SPDX-License-Identifier: Apache-2.0

import Testing

/// Two builds that can be installed, made once for a suite.
struct TwoBuilds {
    /// The staged build.
    let old: BuiltTree
    /// A newer one.
    let new: BuiltTree
    /// The old one, installed; for tests that only look.
    let installation: Installation

    fileprivate init(in directory: String) throws {
        old = try BuiltTree(.staged, in: "\(directory)/old")
        new = try BuiltTree(.upgrade, in: "\(directory)/new")
        installation = Installation(destination: "\(directory)/dest dir")
        try old.install(to: installation.destination)
    }

    /// Those of the suite that is running.
    static var current: TwoBuilds {
        get throws { try #require(shared) }
    }

    @TaskLocal fileprivate static var shared: TwoBuilds?
}

/// Tests of what `make install` leaves behind: suites that share the builds to install.
@Suite(.twoBuilds)
enum InstallationTests {}

/// Makes the builds before the first test of a suite and removes them after the last.
struct TwoBuildsTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            try await TwoBuilds.$shared.withValue(
                TwoBuilds(in: directory), operation: function)
        }
    }
}

extension Trait where Self == TwoBuildsTrait {
    static var twoBuilds: Self { Self() }
}
