// SPDX-License-Identifier: Apache-2.0

/// The fields of a form, structured by their names: `a[b]` and `a.b` are nested, `a[]` and repeated
/// names are arrays, `a[0][b]` are elements of an array.
package struct FormTree: Sendable {
    struct Node: Sendable {
        /// The fields with this name, in order.
        var fields: [Int] = []
        /// The nodes nested below it.
        var children: [String: Int] = [:]
        /// The names of the children, in the order of their first occurrence.
        var keys: [String] = []
        /// Elements without an index: each `a[][b]` begins a new one.
        var appended: [Int] = []
        /// Whether the names of its children are written after a dot.
        var usesDots = false

        var isEmpty: Bool { fields.isEmpty && children.isEmpty && appended.isEmpty }
    }

    private(set) var nodes = [Node()]
    /// The fields by their whole names, for structures whose keys contain dots or brackets.
    private(set) var flat: [String: Int] = [:]

    /// Creates the tree for fields.
    ///
    /// - Parameters:
    ///   - names: The names, in order.
    ///   - maximumDepth: The maximum nesting of a name; that of `a` is 0, that of `a[b]` is 1.
    package init(_ names: some Sequence<String>, maximumDepth: Int) throws(FormLimitError) {
        for (field, name) in names.enumerated() {
            let path = FormPath(name)
            if path.depth > maximumDepth { throw FormLimitError(.nesting) }
            let node = insert(path)
            nodes[node].fields.append(field)
            flat[name] = node
        }
    }

    /// Returns the node of a name as written in a form, or of a structure; nil if the form has
    /// none.
    package func node(named name: String) -> Int? { flat[name] ?? nodes[0].children[name] }

    /// Returns the node for a path, creating it if it is missing.
    private mutating func insert(_ path: FormPath) -> Int {
        var node = child(path.name, of: 0, afterDot: false)
        for (index, component) in path.components.enumerated() {
            switch component {
            case .key(let key, let afterDot): node = child(key, of: node, afterDot: afterDot)
            case .element where index == path.components.count - 1: break
            case .element:
                nodes.append(Node())
                nodes[node].appended.append(nodes.count - 1)
                node = nodes.count - 1
            }
        }
        return node
    }

    private mutating func child(_ key: String, of node: Int, afterDot: Bool) -> Int {
        if let child = nodes[node].children[key] { return child }
        nodes.append(Node())
        nodes[node].children[key] = nodes.count - 1
        nodes[node].keys.append(key)
        nodes[node].usesDots = afterDot
        return nodes.count - 1
    }

    /// Returns the nodes that are elements of an array: those with an index by their numbers, then
    /// the others.
    func elements(of node: Int) -> [Int] {
        let numbered = nodes[node].children.compactMap { key, child in
            Int(key).map { (number: $0, child: child) }
        }
        return numbered.sorted { $0.number < $1.number }.map(\.child) + nodes[node].appended
    }
}

/// The parts of a field's name, which determine its position in the tree.
package struct FormPath: Equatable, Sendable {
    /// A step to a nested node.
    package enum Component: Equatable, Sendable {
        /// `[key]` or `.key`.
        case key(String, afterDot: Bool)
        /// `[]`.
        case element
    }

    /// The part before the first bracket or dot; the whole name if it is not nested.
    package let name: String
    package let components: [Component]

    /// Parses a name. If its brackets or dots do not match, it is not split.
    package init(_ text: String) {
        let bytes = Array(text.utf8)
        let mark = bytes.firstIndex { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: ".") }
        guard let mark, mark > 0, let components = Self.components(of: bytes[mark...]) else {
            name = text
            self.components = []
            return
        }
        name = String(decoding: bytes[..<mark], as: UTF8.self)
        self.components = components
    }

    /// The number of steps, without an element at the end.
    package var depth: Int { components.last == .element ? components.count - 1 : components.count }

    private static func components(of text: ArraySlice<UInt8>) -> [Component]? {
        var components: [Component] = []
        var rest = text
        while let mark = rest.popFirst() {
            if mark == UInt8(ascii: "[") {
                guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
                let key = rest[..<end]
                if key.contains(UInt8(ascii: "[")) { return nil }
                components.append(
                    key.isEmpty
                        ? .element : .key(String(decoding: key, as: UTF8.self), afterDot: false))
                rest = rest[(end + 1)...]
            } else {
                guard mark == UInt8(ascii: ".") else { return nil }
                let key = rest.prefix { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: ".") }
                if key.isEmpty { return nil }
                components.append(.key(String(decoding: key, as: UTF8.self), afterDot: true))
                rest = rest[key.endIndex...]
            }
        }
        return components
    }
}
