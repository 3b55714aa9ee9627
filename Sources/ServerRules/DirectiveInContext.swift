// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A directive of the configuration with the sections it stands in.
struct DirectiveInContext {
    let directive: DirectiveNode
    /// The outermost first.
    private let sections: [DirectiveNode]
    /// The virtual host that it stands in, by its place and addresses.
    let host: String?
    let sectionPath: SectionPath

    private init(
        _ directive: DirectiveNode, in sections: [DirectiveNode], host: String?,
        _ sectionPath: SectionPath
    ) {
        self.directive = directive
        self.sections = sections
        self.host = host
        self.sectionPath = sectionPath
    }

    /// All of a configuration, in its order; sections are among them.
    static func all(in tree: [DirectiveNode]) -> [DirectiveInContext] {
        var all: [DirectiveInContext] = []
        collect(tree, in: [], host: nil, SectionPath(kind: "", path: nil), into: &all)
        return all
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

    /// Whether one request may be in the sections of both; see ``UseIndex`` for many of them.
    func mayMeet(_ other: DirectiveInContext) -> Bool {
        if let host, let otherHost = other.host, host != otherHost { return false }
        guard sectionPath.kind == other.sectionPath.kind, let path = sectionPath.path,
            let otherPath = other.sectionPath.path
        else { return true }
        return path.starts(with: otherPath) || otherPath.starts(with: path)
    }

    private static func collect(
        _ tree: [DirectiveNode], in sections: [DirectiveNode], host: String?, _ path: SectionPath,
        into all: inout [DirectiveInContext]
    ) {
        for directive in tree {
            all.append(DirectiveInContext(directive, in: sections, host: host, path))
            guard !directive.children.isEmpty else { continue }
            let isHost = directive.isNamed("VirtualHost")
            collect(
                directive.children, in: sections + [directive],
                host: isHost ? "\(directive.place) \(directive.args)" : host,
                directive.sectionPath ?? path, into: &all)
        }
    }
}

extension DirectiveNode {
    /// What a section says of paths; nil where it is another kind of section.
    fileprivate var sectionPath: SectionPath? {
        for kind in ["directory", "location"] where isNamed(kind) {
            return SectionPath(kind: kind, path: path)
        }
        return nil
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
