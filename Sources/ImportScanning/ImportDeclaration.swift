// SPDX-License-Identifier: Apache-2.0

/// An `import` in a Swift source.
package struct ImportDeclaration: Equatable, Sendable {
    /// The module's name: `A` in `import struct A.B`.
    package let module: String
    /// The position of the name: the line, and the column in bytes of UTF-8, both from 1.
    package let line: Int
    package let column: Int

    package init(module: String, line: Int, column: Int) {
        self.module = module
        self.line = line
        self.column = column
    }
}

extension ImportDeclaration {
    /// Finds the imports of a source, in order, in all branches of `#if`: only the compiler knows
    /// which conditions hold.
    ///
    /// A name in backticks is ignored: no module's file can have such a name.
    package static func all(in source: [UInt8]) -> [ImportDeclaration] {
        var scanner = ImportScanner(source)
        scanner.run()
        return scanner.found
    }
}
