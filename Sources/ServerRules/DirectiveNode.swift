// SPDX-License-Identifier: Apache-2.0

/// A directive or a section of httpd's configuration, as it was read.
package struct DirectiveNode: Hashable {
    package let name: String
    package let args: String
    package let isSection: Bool
    package let children: [DirectiveNode]
    /// The file; nil if it came from the command line.
    package let fileName: String?
    package let line: Int

    package init(
        name: String, args: String = "", isSection: Bool = false, children: [DirectiveNode] = [],
        fileName: String? = nil, line: Int = 0
    ) {
        self.name = name
        self.args = args
        self.isSection = isSection
        self.children = children
        self.fileName = fileName
        self.line = line
    }
}
