// SPDX-License-Identifier: Apache-2.0

package import ModuleArtifact

/// One state of a module, together with the states of the modules that it imports: it is built
/// once, and has one set of types and globals in a process.
package final class ModuleNode: Sendable {
    /// An imported module.
    package struct Import: Sendable {
        /// The name in the author's import.
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
    /// The imports, in alphabetical order.
    package let imports: [Import]
    /// Everything that it imports, directly and indirectly: each module once, after the modules
    /// that it imports itself.
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

    /// Whether no module occurs in different states in both, including their imports.
    package func agrees(with other: ModuleNode) -> Bool {
        agreesAlone(with: other) && closure.allSatisfy { $0.agreesAlone(with: other) }
    }

    /// Whether this module, without its imports, agrees with the other and its imports.
    private func agreesAlone(with other: ModuleNode) -> Bool {
        isNoOtherState(of: other) && other.closure.allSatisfy(isNoOtherState)
    }

    private func isNoOtherState(of other: ModuleNode) -> Bool {
        self === other || key == other.key || path != other.path
    }

    /// The keys of the imports, for its stamp.
    package var stampedImports: [Stamp.Import] {
        imports.map { Stamp.Import(key: $0.module.key, sourcePath: $0.module.path) }
    }
}
