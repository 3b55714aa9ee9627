// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A directive of the configuration with the sections that contain it.
struct DirectiveInContext {
    let directive: DirectiveNode
    let scope: SectionScope
    /// The directory that is searched first for a module: that of the innermost <Directory>. Nil if
    /// there is none, or it is a pattern.
    let directory: String?

    /// Returns all directives of a configuration, in order, including sections.
    static func all(in tree: [DirectiveNode]) -> [DirectiveInContext] {
        var all: [DirectiveInContext] = []
        collect(tree, scope: SectionScope(), directory: nil, into: &all)
        return all
    }

    private static func collect(
        _ tree: [DirectiveNode], scope: SectionScope, directory: String?,
        into all: inout [DirectiveInContext]
    ) {
        for node in tree {
            all.append(DirectiveInContext(directive: node, scope: scope, directory: directory))
            collect(
                node.children, scope: scope.inside(node),
                directory: node.isNamed("Directory") ? node.plainPath : directory, into: &all)
        }
    }
}

extension DirectiveNode {
    /// The path of a section, as written; nil if it is a pattern or not plain.
    var plainPath: String? { path == nil ? nil : words.first }

    /// The components of a section's path; nil if it is a pattern or not plain.
    var path: [Substring]? {
        guard let word = words.first, word.hasPrefix("/") else { return nil }
        let parts = word.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.dropLast().allSatisfy { !["", ".", ".."].contains($0) }
        let isPattern = word.utf8.contains { "*?[]\\~$%{".utf8.contains($0) }
        guard isPlain, parts.last != "..", !isPattern else { return nil }
        return parts.last == "" ? parts.dropLast() : parts
    }
}
