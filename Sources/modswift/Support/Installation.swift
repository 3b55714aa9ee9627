// SPDX-License-Identifier: Apache-2.0

import SystemCalls

/// The files that belong to this program: the module that httpd loads, and httpd's own modules.
struct Installation {
    /// The path of mod_swift.so.
    let module: String
    /// The directory of httpd's modules.
    let modules: String
    /// The directory of libModSwift, and of the modules that handlers are compiled against.
    let library: String

    /// Finds it from the path of this program: installed in a build's directory below httpd's
    /// modules, or in `.build/release` of a source tree.
    ///
    /// - Throws: ``Trouble``.
    static func find() throws -> Installation {
        guard let program = FilePath.real("/proc/self/exe") else {
            throw Trouble("The path of this program is not known: /proc is missing.")
        }
        let folder = FilePath.parent(of: program)
        let modules = FilePath.parent(of: FilePath.parent(of: folder))
        if FileSystem.isRegularFile("\(modules)/mod_swift.so") {
            return Installation(
                module: "\(modules)/mod_swift.so", modules: modules, library: folder)
        }
        // .build/release is a link to .build/TRIPLE/release.
        for build in [modules, FilePath.parent(of: folder)] {
            let module = "\(build)/stage/mod_swift.so"
            guard FileSystem.isRegularFile(module),
                let modules = value("LIBEXECDIR", in: "\(build)/config.mk"),
                let library = newestLibrary(in: "\(build)/stage/mod_swift")
            else { continue }
            return Installation(module: module, modules: modules, library: library)
        }
        throw Trouble(
            "mod_swift.so is not beside \(program): in a source tree, run \"make\" first; otherwise use "
                + "the modswift that \"make install\" has put on the path.")
    }

    /// Returns the newest of the builds in the stage.
    private static func newestLibrary(in directory: String) -> String? {
        let builds = ((try? FileSystem.names(in: directory)) ?? []).map { "\(directory)/\($0)" }
        return builds.filter { FileSystem.isDirectory("\($0)/modules") }.max {
            FileSystem.fingerprint(of: $0)?.modified ?? 0
                < FileSystem.fingerprint(of: $1)?.modified ?? 0
        }
    }

    private static func value(_ name: String, in path: String) -> String? {
        guard let file = try? FileSystem.read(path, limit: 1 << 16) else { return nil }
        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix("\(name) := ") }.map {
            String($0.dropFirst(name.count + 4))
        }
    }
}
