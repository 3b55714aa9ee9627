// SPDX-License-Identifier: Apache-2.0

import Testing

/// Two builds that can be installed, created once for a suite.
struct TwoBuilds {
    /// The staged build.
    let old: BuiltTree
    /// A newer one.
    let new: BuiltTree
    /// The old one, installed; for tests that do not change it.
    let installation: Installation

    fileprivate init(in directory: String) throws {
        old = try BuiltTree(.staged, in: "\(directory)/old")
        new = try BuiltTree(.upgrade, in: "\(directory)/new")
        installation = Installation(destination: "\(directory)/dest dir")
        try old.install(to: installation.destination)
    }

    /// The builds of the running suite.
    static var current: TwoBuilds {
        get throws { try #require(shared) }
    }

    @TaskLocal fileprivate static var shared: TwoBuilds?
}

/// Tests of the files that `make install` creates: suites that share the builds to install.
@Suite(.twoBuilds)
enum InstallationTests {}

/// Creates the builds before the first test of a suite and removes them after the last.
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
