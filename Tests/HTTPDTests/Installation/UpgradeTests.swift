// SPDX-License-Identifier: Apache-2.0
//
// A new build is installed while a server runs: the server continues with all parts of its old
// build until it is stopped and started again.

import Foundation
import ModSwiftTesting
import Testing

extension InstallationTests {
    @Suite(.timeLimit(.minutes(10)))
    struct UpgradeTests {
        private let old: BuiltTree
        private let new: BuiltTree

        init() throws {
            old = try TwoBuilds.current.old
            new = try TwoBuilds.current.new
        }

        @Test(arguments: [MPM.event, .prefork])
        func aRunningServerKeepsItsBuildUntilItIsStoppedAndStarted(_ mpm: MPM) throws {
            try Installation.with { installation in
                try old.install(to: installation.destination)
                try HTTPD.with(installation.server(mpm: mpm)) { server throws in
                    try server.writeApp(Self.source("one"))
                    #expect(try server.app().text == "one")
                    try expect(server, runs: old, from: installation, since: nil)

                    try upgradeUnderLoad(server, installation)
                    try server.writeApp(Self.source("two"))
                    #expect(try server.app().text == "two")
                    try expectHandlers(in: server, of: [old, old], in: installation)

                    let mark = server.logMark()
                    try server.stop()
                    try server.start()
                    #expect(try server.app().text == "two")
                    try expect(server, runs: new, from: installation, since: mark)
                    try expectHandlers(in: server, of: [old, old, new], in: installation)
                    #expect(!server.errorLog(since: mark).contains("MSW0002"))
                }
            }
        }

        @Test func theBuildOfARunningServerStaysHoweverManyComeAfterIt() throws {
            try Installation.with { installation in
                try old.install(to: installation.destination)
                try HTTPD.with(installation.server()) { server throws in
                    try server.writeApp(Self.source("one"))
                    #expect(try server.app().text == "one")
                    let between = try "\(installation.builds)/\(String(repeating: "f", count: 40))"
                    try Shell.run(["mkdir", between])
                    try Shell.run(["touch", "-d", "2020-01-01", installation.directory(of: old)])
                    try new.install(to: installation.destination)
                    // The builder of the new build is not used here.
                    try Shell.run(["rm", "\(installation.directory(of: new))/mod_swift_build"])
                    try server.writeApp(Self.source("two"))
                    #expect(try server.app().text == "two")
                    try expectHandlers(in: server, of: [old, old], in: installation)
                }
                try new.install(to: installation.destination)
                #expect(try !FileTree.names(in: installation.builds).contains(old.buildID))
            }
        }

        @Test(arguments: [MPM.event, .prefork])
        func aModuleOfAnotherBuildIsNotMixedIn(_ mpm: MPM) throws {
            try Installation.with { installation in
                try Installation.with { other in
                    try old.install(to: installation.destination)
                    try new.install(to: other.destination)
                    try HTTPD.with(installation.server(mpm: mpm)) { server throws in
                        try server.writeApp(Self.source("one"))
                        try server.write("a.txt", "as usual")
                        #expect(try server.app().text == "one")

                        server.configuration.modSwift = try other.module
                        try server.restart(graceful: true)
                        try server.expectLog(containing: "MSW0001")
                        #expect(try server.app().status == 503)
                        #expect(try server.get("/a.txt").text == "as usual")

                        server.configuration.modSwift = try installation.module
                        try server.restart(graceful: true)
                        #expect(try server.app().text == "one")

                        server.configuration.modSwift = try other.module
                        try server.stop()
                        try server.start()
                        #expect(try server.app().text == "one")
                        try expectHandlers(in: server, of: [old, new], in: [installation, other])
                    }
                }
            }
        }

        @Test func theSameBuildInAnotherPlaceIsNoUpgrade() throws {
            let installation = try TwoBuilds.current.installation
            try Installation.with { other in
                try old.install(to: other.destination)
                try HTTPD.with(installation.server()) { server throws in
                    try server.writeApp(Self.source("one"))
                    #expect(try server.app().text == "one")
                    // The warning about an upgrade would fail this test.
                    server.configuration.modSwift = try other.module
                    try server.restart(graceful: true)
                    try server.writeApp(Self.source("two"))
                    #expect(try server.app().text == "two")
                    try expectHandlers(in: server, of: [old, old], in: installation)
                }
            }
        }

        private static func source(_ text: String) -> String {
            "func handler(_ req: Request) -> String { \"\(text)\" }"
        }

        /// No request may fail.
        private func upgradeUnderLoad(_ server: HTTPD, _ installation: Installation) throws {
            let mark = server.logMark()
            let check: @Sendable (Response) throws -> Void = {
                guard $0.text == "one" else { throw Unexpected(text: $0.text) }
            }
            let load = try server.hammer("/app/x.do", check: check) {
                try new.install(to: installation.destination)
                #expect(!server.errorLog(since: mark).contains("MSW00"))
                try server.restart(graceful: true)
            }
            #expect(load.errors == [:])
            #expect(Set(load.statuses.keys) == [200])
            try server.expectLog(containing: "MSW0002")
            let words = server.errorLog(since: mark)
            #expect(words.contains("stop it and start it again"))
            try expect(server, runs: old, from: installation, since: mark)
        }

        /// Checks that the log names the build, and that no process has loaded another one.
        private func expect(
            _ server: HTTPD, runs build: BuiltTree, from installation: Installation,
            since mark: HTTPD.LogMark?
        ) throws {
            let log = mark.map { server.errorLog(since: $0) } ?? server.errorLog()
            let starts = log.split(separator: "\n").filter { $0.contains("MSW0004") }
            let directory = try installation.directory(of: build)
            #expect(starts.count == 1)
            for line in starts {
                #expect(line.contains("build \(build.buildID.prefix(12)), from \(directory)"))
            }
            let processes = try [#require(server.pid)] + server.childPIDs
            let libraries = Set(processes.flatMap(libraries))
            #expect(libraries == ["\(directory)/libModSwift.so.1"])
        }

        /// Returns the libModSwift that a process has loaded; empty if it has ended meanwhile.
        private func libraries(of process: pid_t) -> [String] {
            // Foundation treats the result of the first read as the whole file.
            let maps = try? Shell.run(["cat", "/proc/\(process)/maps"])
            let paths = (maps ?? "").split(separator: "\n").compactMap { line in
                line.firstIndex(of: "/").map { String(line[$0...]) }
            }
            return paths.filter { $0.contains("/libModSwift") }
        }

        private func expectHandlers(
            in server: HTTPD, of builds: [BuiltTree], in installation: Installation
        ) throws {
            try expectHandlers(in: server, of: builds, in: builds.map { _ in installation })
        }

        /// Checks that the cache holds a handler for each of the builds, neither of which can load
        /// the other's.
        private func expectHandlers(
            in server: HTTPD, of builds: [BuiltTree], in installations: [Installation]
        ) throws {
            let expected = try zip(builds, installations).map { build, installation in
                [build.buildID, try installation.directory(of: build)]
            }
            let found = try server.compiledApps.map { [$0.buildID] + $0.file.runpath }
            #expect(found.sorted { $0[1] < $1[1] } == expected.sorted { $0[1] < $1[1] })
        }
    }
}
