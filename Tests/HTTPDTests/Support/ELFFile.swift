// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The information of readelf about a shared library or program.
struct ELFFile {
    let path: String
    /// DT_NEEDED, in order.
    let needed: [String]
    let soname: String?
    /// The directories of DT_RUNPATH; those of DT_RPATH, which none of our files has, come first.
    let runpath: [String]
    /// DT_FLAGS and DT_FLAGS_1.
    let flags: Set<Substring>

    init(_ path: String) throws {
        self.path = path
        let lines = try Shell.run(["readelf", "-dW", path]).split(separator: "\n")
        func values(_ tag: String) -> [String] {
            lines.filter { $0.contains("(\(tag))") }.compactMap {
                $0.firstMatch(of: /\[(.*)\]/).map { String($0.1) }
            }
        }
        needed = values("NEEDED")
        soname = values("SONAME").first
        runpath = (values("RPATH") + values("RUNPATH")).flatMap {
            $0.split(separator: ":").map(String.init)
        }
        flags = Set(
            lines.filter { $0.contains("(FLAGS") }.flatMap { line in
                line.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
            })
    }

    /// Returns the names of the dynamic symbols that the file defines.
    func exports() throws -> [String] {
        try Shell.run(["readelf", "-W", "--dyn-syms", path]).split(separator: "\n")
            .compactMap { line in
                // Num: Value Size Type Bind Vis Ndx Name
                let fields = line.split(separator: " ")
                guard fields.count >= 8, fields[0].hasSuffix(":"), Int(fields[0].dropLast()) != nil,
                    fields[6] != "UND"
                else { return nil }
                return String(fields[7])
            }
    }

    /// Returns the build id in hexadecimal.
    func buildID() throws -> String? {
        try Shell.run(["readelf", "-nW", path]).firstMatch(of: /Build ID: ([0-9a-f]+)/)
            .map { String($0.1) }
    }

    /// Returns the ELF files in a directory and below; links are not followed.
    static func all(below directory: String) throws -> [ELFFile] {
        try FileTree.entries(below: directory).filter { $0.type == .typeRegular }
            .map { "\(directory)/\($0.path)" }.filter(isELF).map(ELFFile.init)
    }

    private static func isELF(_ path: String) throws -> Bool {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        return try file.read(upToCount: 4) == Data("\u{7f}ELF".utf8)
    }
}
