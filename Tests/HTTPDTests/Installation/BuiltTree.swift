// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization
import Testing

/// All files that `make install` reads, in a separate directory, so that a concurrent build in the
/// source tree does no harm.
struct BuiltTree {
    enum Kind {
        /// The staged build.
        case staged
        /// A build that differs only in its build id: an upgrade without compiling everything.
        case upgrade
    }

    let root: String
    let buildID: String

    /// Copies the sources of shim and configuration, puts the libraries and the builder of the
    /// stage at the paths of a build, and compiles the shim for them.
    init(_ kind: Kind, in root: String) throws {
        let id = try ModSwiftStage.fromEnvironment().buildID
        self.root = root
        buildID = kind == .staged ? id : String(id.reversed())
        try Shell.run(["mkdir", "-p", "\(root)/.build/release/libraries", "\(root)/Sources"])
        try copySources(from: SourceTree.root)
        try copyProducts(from: ModSwiftStage.fromEnvironment().buildDirectory, replacing: id)
        try Shell.run(["\(root)/scripts/stage", ".build/stage", ".build/release", "link"])
    }

    private func copySources(from source: String) throws {
        let parts = [
            "CHANGELOG.md", "CONTRIBUTING.md", "Examples", "LICENSE", "Makefile", "README.md",
            "SECURITY.md", "VERSION", "conf", "docs", "scripts", "shim",
        ].map { "\(source)/\($0)" }
        try Shell.run(["cp", "-rp"] + parts + [root])
        try Shell.run(["cp", "-rp", "\(source)/Sources/CApache", "\(root)/Sources/CApache"])
        try Shell.run(["cp", "\(source)/.build/config.mk", "\(root)/.build/config.mk"])
    }

    private func copyProducts(from staged: String, replacing id: String) throws {
        let build = "\(root)/.build/release"
        for program in ["mod_swift_build", "mod_swift_symbolize"] {
            try Shell.run(["cp", "\(staged)/\(program)", "\(build)/\(program)"])
        }
        try Shell.run(["cp", SourceTree.commandLine, "\(build)/modswift"])
        try Shell.run(["cp", "-r", "\(staged)/modules", "\(build)/libraries/"])
        for name in try FileTree.names(in: staged) where name.hasSuffix(".so.1") {
            try Shell.run(["cp", "\(staged)/\(name)", "\(build)/libraries/\(name)"])
        }
        try Self.library("\(staged)/libModSwift.so.1", replacing: id, with: buildID)
            .write(to: URL(fileURLWithPath: "\(build)/libraries/libModSwift.so.1"))
    }

    private static func library(
        _ path: String, replacing id: String, with other: String
    ) throws -> Data {
        var bytes = try #require(FileManager.default.contents(atPath: path))
        let note = try #require(bytes.range(of: Data(hexadecimal: id)))
        bytes.replaceSubrange(note, with: Data(hexadecimal: other))
        return bytes
    }

    /// Runs `make install DESTDIR=…`, except for the command line that is built first, with a umask
    /// that denies access to other users.
    @discardableResult
    func install(to destination: String) throws -> String {
        // It writes to .build/install.
        try Self.oneAtATime.withLock { _ in
            try Shell.run([
                "sh", "-c", "umask 077; exec make -C \"$1\" -o modswift install DESTDIR=\"$2\"",
                "sh",
                root, destination,
            ])
        }
    }

    @discardableResult
    func uninstall(from destination: String) throws -> String {
        try Shell.run(["make", "-C", root, "uninstall", "DESTDIR=\(destination)"])
    }

    private static let oneAtATime = Mutex(())
}

extension Data {
    fileprivate init(hexadecimal: String) {
        let digits = hexadecimal.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        self.init(
            stride(from: 0, to: digits.count - 1, by: 2).map {
                UInt8(digits[$0] << 4 | digits[$0 + 1])
            })
    }
}
