// SPDX-License-Identifier: Apache-2.0

internal import ServerRules

/// A directive or a section of httpd's configuration, as it was read.
///
/// Corresponds to an entry of `apache.config_tree()` in mod_python; to `ap_directive_t`.
public struct Directive: Hashable, Sendable {
    /// The name, as in "Listen", or "Directory" for `<Directory …>`.
    public let name: String
    /// The arguments as they were written: "80", `"/srv/www"`. They may contain passwords.
    public let args: String
    /// Whether it is a section that contains directives.
    public let isSection: Bool
    /// The directives in the section, in order.
    public let children: [Directive]
    /// The file that contains it; nil if it came from the command line.
    public let fileName: String?
    /// The line in the file.
    public let line: Int
}

extension Directive {
    /// The directive as a value for ServerRules, which knows no public type.
    var node: DirectiveNode {
        DirectiveNode(
            name: name, args: args, isSection: isSection, children: children.map(\.node),
            fileName: fileName, line: line)
    }
}
