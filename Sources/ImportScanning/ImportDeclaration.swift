// SPDX-License-Identifier: Apache-2.0

/// An `import` in a Swift source.
package struct ImportDeclaration: Equatable, Sendable {
    /// The module's name: `A` in `import struct A.B`.
    package let module: String
    /// Where the name begins: the line, and the column in bytes of UTF-8, each from 1.
    package let line: Int
    package let column: Int

    package init(module: String, line: Int, column: Int) {
        self.module = module
        self.line = line
        self.column = column
    }
}

extension ImportDeclaration {
    /// The imports of a source, in their order, in whatever branches of `#if` they are: only the
    /// compiler knows which conditions hold.
    ///
    /// A name in backticks is left out: no file that it could mean is a module's.
    package static func all(in source: [UInt8]) -> [ImportDeclaration] {
        var scanner = ImportScanner(source)
        scanner.run()
        return scanner.found
    }
}
