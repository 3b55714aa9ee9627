// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A directive of the configuration with the sections it stands in.
struct DirectiveInContext {
    let directive: DirectiveNode
    /// The outermost first.
    private let sections: [DirectiveNode]

    private init(_ directive: DirectiveNode, in sections: [DirectiveNode]) {
        self.directive = directive
        self.sections = sections
    }

    /// All of a configuration, in its order; sections are among them.
    static func all(in tree: [DirectiveNode], _ sections: [DirectiveNode] = [])
        -> [DirectiveInContext]
    {
        tree.flatMap { directive in
            [DirectiveInContext(directive, in: sections)]
                + all(in: directive.children, sections + [directive])
        }
    }

    /// The directory that a module is looked for in first: that of the innermost <Directory>.
    var directory: String? { sections.last { $0.isNamed("Directory") }?.plainPath }

    /// Whether it stands for directories that are not known by name.
    var isInPattern: Bool {
        sections.contains { section in
            section.isNamed("DirectoryMatch") || section.isNamed("LocationMatch")
                || section.isNamed("Directory") && section.plainPath == nil
        }
    }

    /// Whether one request may be in the sections of both. Only what certainly excludes each other
    /// does not meet: two virtual hosts, and two paths neither of which lies in the other.
    func mayMeet(_ other: DirectiveInContext) -> Bool {
        !sections.contains { section in other.sections.contains { $0.excludes(section) } }
    }
}

extension DirectiveNode {
    fileprivate func excludes(_ other: DirectiveNode) -> Bool {
        guard namesAreEqual(name, other.name) else { return false }
        if isNamed("VirtualHost") { return place != other.place || args != other.args }
        guard isNamed("Directory") || isNamed("Location"), let path, let otherPath = other.path
        else { return false }
        return !path.starts(with: otherPath) && !otherPath.starts(with: path)
    }

    /// The path that a section is for, as it is written; nil where it is a pattern or not plain.
    var plainPath: String? { path == nil ? nil : words.first }

    /// The parts of the path that a section is for; nil where it is a pattern or not plain.
    private var path: [Substring]? {
        guard let word = words.first, word.hasPrefix("/") else { return nil }
        let parts = word.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.dropLast().allSatisfy { !["", ".", ".."].contains($0) }
        let isPattern = word.utf8.contains { "*?[]\\~$%{".utf8.contains($0) }
        guard isPlain, parts.last != "..", !isPattern else { return nil }
        return parts.last == "" ? parts.dropLast() : parts
    }
}
