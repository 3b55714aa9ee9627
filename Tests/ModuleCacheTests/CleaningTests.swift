// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemCalls
import Testing

@testable import ModuleCache

@Suite struct CleaningTests {
    @Test func theOneThatWasNotUsedForLongestGoesFirst() throws {
        let scratch = try Scratch()
        for (name, age) in [("b", 20), ("a", 10), ("d", 40), ("c", 30)] {
            try scratch.add(name, age: age)
        }
        #expect(try scratch.modules == ["d", "c", "b", "a"])
        let size = scratch.cache.size
        let gone = try scratch.cache.prune(to: size - 1)
        #expect(gone.removed.map(\.name.first) == ["d"])
        #expect(gone.remaining == scratch.cache.size)
        #expect(try scratch.modules == ["c", "b", "a"])
        // A module that was just loaded is removed last.
        FileSystem.touch(try #require(scratch.cache.list().first).path)
        try scratch.cache.prune(to: scratch.cache.size - 1500)
        #expect(try scratch.modules == ["c"])
        #expect(try scratch.cache.prune(to: scratch.cache.size).removed.isEmpty)
    }

    @Test func aModuleTakesItsLockWithIt() throws {
        let scratch = try Scratch()
        let module = try scratch.add("a")
        let lock = scratch.cache.lockPath(module.key)
        #expect(scratch.exists(lock))
        try scratch.cache.prune(to: 0)
        #expect(!scratch.exists(lock))
        #expect(!scratch.exists(module.path))
    }

    @Test func whatIsBeingBuiltOrIsKeptStays() throws {
        let scratch = try Scratch()
        let held = try scratch.add("held", age: 50)
        let kept = try scratch.add("kept", age: 40)
        try scratch.add("other", age: 30)
        let lock = try FileLock(scratch.cache.lockPath(held.key))
        let isHeld = lock != nil
        #expect(isHeld)
        let cleaning = try scratch.cache.prune(to: 0, keeping: [kept.name])
        #expect(cleaning.removed.count == 1)
        #expect(cleaning.busy.map(\.name) == [held.name])
        #expect(try scratch.modules == ["held", "kept"])
        #expect(try scratch.cache.removeAll().busy.count == 1)
        _ = consume lock
        #expect(try scratch.cache.removeAll().busy.isEmpty)
        #expect(try scratch.modules == [])
    }

    @Test func theCompilersCacheCountsAndGoesOnlyWithAll() throws {
        let scratch = try Scratch()
        try scratch.add("a", age: 10)
        let file = "\(scratch.cache.clang)/x/Glibc.pcm"
        try FileSystem.makeDirectory("\(scratch.cache.clang)/x", mode: 0o700)
        try FileSystem.write([UInt8](repeating: 0, count: 50_000), to: file)
        #expect(try scratch.cache.prune(to: 50_000).removed.count == 1)
        #expect(scratch.exists(file))
        let lock = try FileLock(scratch.cache.lockPath(String(repeating: "a", count: 24)))
        #expect(try !scratch.cache.removeAll().removedCompilerCache)
        _ = consume lock
        #expect(try scratch.cache.removeAll().removedCompilerCache)
        #expect(scratch.exists(scratch.cache.clang))
        #expect(!scratch.exists(file))
        #expect(scratch.cache.size == 0)
    }

    @Test func whatKilledBuildsLeftGoesWhenItIsOldAndFree() throws {
        let scratch = try Scratch()
        let keys = ["a", "b", "c"].map { String(repeating: $0, count: 24) }
        for key in keys {
            let directory = "\(scratch.cache.work)/\(key)"
            try FileSystem.makeDirectory(directory, mode: 0o700)
            try FileSystem.write([1, 2, 3], to: "\(directory)/source.swift")
            scratch.setAge(directory, key.hasPrefix("c") ? 60 : 7200)
        }
        let file = "\(scratch.cache.work)/\(keys[0]).diagnostics"
        try FileSystem.write([1], to: file)
        scratch.setAge(file, 7200)
        let lock = try FileLock(scratch.cache.lockPath(keys[1]))
        let cleaning = try scratch.cache.prune(to: 1 << 30)
        _ = consume lock
        #expect(cleaning.leftovers.count == 2)
        #expect(cleaning.freed == 4)
        #expect(try FileSystem.names(in: scratch.cache.work) == [keys[1], keys[2]])
    }

    @Test func locksWithoutAModuleGoAndHeldOnesStay() throws {
        let scratch = try Scratch()
        let keys = ["a", "b"].map { String(repeating: $0, count: 24) }
        for key in keys { try FileSystem.write([], to: scratch.cache.lockPath(key)) }
        let lock = try FileLock(scratch.cache.lockPath(keys[1]))
        try scratch.cache.prune(to: 1 << 30)
        #expect(try FileSystem.names(in: scratch.cache.locks) == ["\(keys[1]).lock"])
        _ = consume lock
    }

    @Test func aDryRunChangesNothing() throws {
        let scratch = try Scratch()
        for name in ["a", "b", "c"] { try scratch.add(name, age: 100_000) }
        let before = try FileManager.default.subpathsOfDirectory(atPath: scratch.root)
        let size = scratch.cache.size
        #expect(try scratch.cache.removeAll(dryRun: true).remaining == 0)
        let halved = try scratch.cache.prune(to: size / 2, dryRun: true)
        #expect(halved.removed.count == 2)
        #expect(halved.freed + halved.remaining == size)
        let moment = WallTime.now.nanoseconds
        #expect(
            try scratch.cache.removeModules(unusedSince: moment, dryRun: true).removed.count == 3)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: scratch.root) == before)
    }

    @Test func onlyModulesThatWereNotUsedSinceGo() throws {
        let scratch = try Scratch()
        for (name, age) in [("old", 200_000), ("new", 1000)] { try scratch.add(name, age: age) }
        let moment = WallTime.now.nanoseconds - 86_400 * 1_000_000_000
        try scratch.cache.removeModules(unusedSince: moment)
        #expect(try scratch.modules == ["new"])
    }

    @Test func foreignFilesAndLinksAreLeftAlone() throws {
        let scratch = try Scratch()
        let outside = "\(scratch.root)/outside"
        try FileSystem.write([1], to: outside)
        symlink(outside, "\(scratch.cache.modules)/link-\(String(repeating: "a", count: 24)).so")
        symlink(scratch.root, "\(scratch.cache.clang)/link")
        try FileSystem.write([1], to: "\(scratch.cache.modules)/notes.txt")
        try scratch.cache.removeAll()
        #expect(scratch.exists(outside))
        #expect(scratch.exists("\(scratch.cache.modules)/notes.txt"))
    }

    /// Several processes clean and build at the same time: a module is never removed while the
    /// process that has just built it holds the lock, and nothing fails.
    @Test func manyMayCleanAtOnce() async throws {
        let scratch = try Scratch()
        for index in 0..<60 { try scratch.add("m\(index)", age: index) }
        let cache = scratch.cache
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try cache.prune(to: 0).removed.count } }
            return try await group.reduce(0, +)
        }
        #expect(counts <= 60)
        try cache.prune(to: 0)
        #expect(try scratch.modules == [])
        #expect(try FileSystem.names(in: cache.locks) == [])
    }
}
