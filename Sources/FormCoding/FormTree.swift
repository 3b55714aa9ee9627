// SPDX-License-Identifier: Apache-2.0

/// The fields of a form, ordered by what their names say: `a[b]` and `a.b` nest, `a[]` and repeated
/// names are arrays, `a[0][b]` are elements of one.
package struct FormTree: Sendable {
    struct Node: Sendable {
        /// The fields with this name, in order.
        var fields: [Int] = []
        /// What nests below it.
        var children: [String: Int] = [:]
        /// The names of the children, in the order in which they came first.
        var keys: [String] = []
        /// Elements without an index: each `a[][b]` begins one.
        var appended: [Int] = []
        /// Whether the names of its children are written behind a dot.
        var usesDots = false

        var isEmpty: Bool { fields.isEmpty && children.isEmpty && appended.isEmpty }
    }

    private(set) var nodes = [Node()]
    /// The fields by their whole names, for structures whose keys hold dots or brackets.
    private(set) var flat: [String: Int] = [:]

    /// Orders fields.
    ///
    /// - Parameters:
    ///   - names: The names, in order.
    ///   - maximumDepth: How deep a name may nest; `a` nests 0 deep, `a[b]` 1.
    package init(_ names: some Sequence<String>, maximumDepth: Int) throws(FormLimitError) {
        for (field, name) in names.enumerated() {
            let path = FormPath(name)
            if path.depth > maximumDepth { throw FormLimitError(.nesting) }
            let node = insert(path)
            nodes[node].fields.append(field)
            flat[name] = node
        }
    }

    /// The node of a name as it is written in a form, or of a structure; nil where the form has none.
    package func node(named name: String) -> Int? { flat[name] ?? nodes[0].children[name] }

    /// The node that a path names, which is made when it is missing.
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

    /// The nodes that are elements of an array: those with an index by their numbers, then the others.
    func elements(of node: Int) -> [Int] {
        let numbered = nodes[node].children.compactMap { key, child in
            Int(key).map { (number: $0, child: child) }
        }
        return numbered.sorted { $0.number < $1.number }.map(\.child) + nodes[node].appended
    }
}

/// What the name of a field says about where it belongs.
package struct FormPath: Equatable, Sendable {
    /// A step down.
    package enum Component: Equatable, Sendable {
        /// `[key]` or `.key`.
        case key(String, afterDot: Bool)
        /// `[]`.
        case element
    }

    /// What stands before the first bracket or dot; the whole name where it does not nest.
    package let name: String
    package let components: [Component]

    /// Reads a name. One whose brackets or dots do not fit is taken as it is.
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

    /// How many steps there are, an element at the end not counted.
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
