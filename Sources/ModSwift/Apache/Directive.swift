// SPDX-License-Identifier: Apache-2.0

internal import ServerRules

/// A directive or a section of httpd's configuration, as it was read.
///
/// Corresponds to an entry of `apache.config_tree()` in mod_python; to `ap_directive_t`.
public struct Directive: Hashable, Sendable {
    /// As in "Listen", or "Directory" of `<Directory …>`.
    public let name: String
    /// What stands behind the name, as it was written: "80", `"/srv/www"`. It may hold passwords.
    public let args: String
    /// Whether it is a section, with directives in it.
    public let isSection: Bool
    /// What stands in the section, in order.
    public let children: [Directive]
    /// The file it stands in; nil where it came from the command line.
    public let fileName: String?
    /// The line in the file.
    public let line: Int
}

extension Directive {
    /// The same for the rules, which know no public type.
    var node: DirectiveNode {
        DirectiveNode(
            name: name, args: args, isSection: isSection, children: children.map(\.node),
            fileName: fileName, line: line)
    }
}
