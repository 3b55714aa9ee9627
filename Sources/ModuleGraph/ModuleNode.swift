// SPDX-License-Identifier: Apache-2.0

package import ModuleArtifact

/// One state of a module, with those of the modules that it imports: what is built once, and has one
/// set of types and globals in a process.
package final class ModuleNode: Sendable {
    /// A module that is imported.
    package struct Import: Sendable {
        /// As the author writes it.
        package let name: String
        package let module: ModuleNode

        package init(name: String, module: ModuleNode) {
            self.name = name
            self.module = module
        }
    }

    /// Its source file, or its directory of source files.
    package let path: String
    package let key: ModuleKey
    package let names: ModuleNames
    /// In the order of their names.
    package let imports: [Import]
    /// All that it imports, and what these import: each once, each after what it imports itself.
    package let closure: [ModuleNode]

    package init(path: String, key: ModuleKey, imports: [Import]) {
        self.path = path
        self.key = key
        self.imports = imports
        names = ModuleNames(sourcePath: path, key: key)
        var closure: [ModuleNode] = []
        var known: Set<ModuleKey> = []
        for module in imports.map(\.module) {
            for node in module.closure + [module] where known.insert(node.key).inserted {
                closure.append(node)
            }
        }
        self.closure = closure
    }

    /// Whether no module is in both, with what they import, in different states.
    package func agrees(with other: ModuleNode) -> Bool {
        agreesAlone(with: other) && closure.allSatisfy { $0.agreesAlone(with: other) }
    }

    /// The same without what it imports itself.
    private func agreesAlone(with other: ModuleNode) -> Bool {
        isNoOtherState(of: other) && other.closure.allSatisfy(isNoOtherState)
    }

    private func isNoOtherState(of other: ModuleNode) -> Bool {
        self === other || key == other.key || path != other.path
    }

    /// The keys that its stamp names.
    package var stampedImports: [Stamp.Import] {
        imports.map { Stamp.Import(key: $0.module.key, sourcePath: $0.module.path) }
    }
}
