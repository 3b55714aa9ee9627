// SPDX-License-Identifier: Apache-2.0

import Foundation
import ImportScanning
import SwiftParser
import SwiftSyntax
import Testing

@Suite struct ImportScanningTests {
    private func modules(_ text: String) -> [String] {
        ImportDeclaration.all(in: Array(text.utf8)).map(\.module)
    }

    @Test(
        arguments: [
            ("import a", ["a"]),
            ("import a; import b", ["a", "b"]),
            (
                "@testable import a\npublic import b\n@_exported @preconcurrency internal import c",
                ["a", "b", "c"]
            ),
            ("import struct a.B\nimport func c.d", ["a", "c"]),
            ("import a.b.c", ["a"]),
            ("import /* why */ a // import b", ["a"]),
            ("import\n  a", ["a"]),
            ("#if os(Linux)\nimport a\n#else\nimport b\n#endif", ["a", "b"]),
            ("/* import a /* import b */ import c */ import d", ["d"]),
            ("let s = \"import a\"\nimport b", ["b"]),
            ("let s = \"\"\"\n  import a\n  \"\"\"\nimport b", ["b"]),
            ("let s = #\"a\"import b\"#\nimport c", ["c"]),
            ("let s = #\"\"\"#\nimport c", ["c"]),
            ("let s = \"\\(f(\"import a\"))\"\nimport b", ["b"]),
            ("let s = #\"\\#({ import a }())\"#\nimport b", ["b"]),
            ("let r = /import a/\nimport b", ["b"]),
            ("let r = #/\n import a\n/#\nimport b", ["b"]),
            ("func f() { import a }\nimport b", ["b"]),
            ("let import_ = 1, x = a.import, `import` = 2\nimport b", ["b"]),
            ("\u{FEFF}import a", ["a"]),
            ("#!/usr/bin/swift\nimport a", ["a"]),
            ("import über", ["über"]),
            ("import `not a name`", []),
            ("import", []), ("", []), ("import struct", ["struct"]),
            ("let a = 1 / 2 // import c\nimport b", ["b"]),
            ("let s = \"not closed\nimport b", ["b"]),
            ("import a\r\nimport b\rimport c", ["a", "b", "c"]),
            // A backslash at the end of a line does not join lines.
            ("let q = a\n/b\\\nimport c/d\nimport e", ["c", "e"]),
        ] as [(String, [String])])
    func importsAreFoundAndNothingElse(text: String, expected: [String]) {
        #expect(modules(text) == expected)
    }

    @Test func placesAreThoseOfTheNames() {
        let found = ImportDeclaration.all(
            in: Array("\u{FEFF}// ü\r\npublic import struct ab.C\n/*\n*/ import d".utf8))
        #expect(
            found == [
                ImportDeclaration(module: "ab", line: 2, column: 22),
                ImportDeclaration(module: "d", line: 4, column: 11),
            ])
    }

    /// All sources of this project, compared with the result of the compiler's own parser.
    @Test func sourcesReadAsTheCompilerReadsThem() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        var count = 0
        for folder in ["Sources", "Tests", "Examples"] {
            let files = FileManager.default.enumerator(
                at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            for case let file as URL in files! where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                let found = ImportDeclaration.all(in: Array(text.utf8))
                let tree = Parser.parse(source: text)
                let converter = SourceLocationConverter(fileName: "", tree: tree)
                let imports = Imports(viewMode: .sourceAccurate)
                imports.walk(tree)
                let expected = imports.names.map { name in
                    let place = name.startLocation(converter: converter)
                    return ImportDeclaration(
                        module: name.text, line: place.line, column: place.column)
                }
                #expect(found == expected, "\(file.path)")
                count += found.count
            }
        }
        #expect(count > 500)
    }

    private final class Imports: SyntaxVisitor {
        var names: [TokenSyntax] = []

        override func visit(_ node: ImportDeclSyntax) -> SyntaxVisitorContinueKind {
            if let name = node.path.first?.name { names.append(name) }
            return .skipChildren
        }
    }

    @Test func noInputMakesItFail() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "import ", "a", "\"", "\"\"\"", "#", "\\(", ")", "(", "{", "}", "/", "/*", "*/", "//",
            "\n",
            "\r", "`", "\\", ".", " ", "é", "\0", "struct ",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            for found in ImportDeclaration.all(in: Array(text.utf8)) {
                #expect(!found.module.isEmpty && found.line > 0 && found.column > 0, "\(text)")
            }
        }
        let deep = String(repeating: "\"\\(", count: 100_000)
        #expect(modules(deep) == [])
        #expect(modules(String(repeating: "import a\n", count: 10_000)).count == 10_000)
    }
}
