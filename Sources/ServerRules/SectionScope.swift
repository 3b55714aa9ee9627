// SPDX-License-Identifier: Apache-2.0

/// The requests for which a directive is in effect, as far as its sections name them: a virtual
/// host, a directory, a location. Other conditions of sections are ignored, so a scope may be wider
/// than the section, never narrower.
package struct SectionScope {
    /// The virtual host, identified by the location and the arguments of its section.
    private(set) var host: String?
    /// The components of the paths; nil if the section has a pattern, or there is none.
    private(set) var directory: [Substring]?
    private(set) var location: [Substring]?

    /// Creates the scope of every request.
    package init() {}

    /// Returns the scope inside a section that is itself in this one.
    package func inside(_ section: DirectiveNode) -> SectionScope {
        var scope = self
        if section.isNamed("VirtualHost") {
            scope.host = "\(section.place) \(section.args)"
        } else if section.isNamed("Directory") {
            scope.directory = section.path ?? directory
        } else if section.isNamed("Location") {
            scope.location = section.path ?? location
        }
        return scope
    }

    /// Whether a request may be in both. Only scopes that certainly exclude each other do not meet:
    /// two virtual hosts, and two paths of which neither contains the other.
    package func mayMeet(_ other: SectionScope) -> Bool {
        Self.mayMeet(host, other.host) { $0 == $1 }
            && Self.mayMeet(directory, other.directory, Self.areOnOneWay)
            && Self.mayMeet(location, other.location, Self.areOnOneWay)
    }

    private static func mayMeet<Part>(
        _ one: Part?, _ other: Part?, _ meet: (Part, Part) -> Bool
    ) -> Bool {
        guard let one, let other else { return true }
        return meet(one, other)
    }

    private static func areOnOneWay(_ path: [Substring], _ other: [Substring]) -> Bool {
        path.starts(with: other) || other.starts(with: path)
    }
}

/// Values by scope. The cost of a lookup depends on the depth of paths and on the number of
/// results, not on the number of values, so that a configuration with thousands of sections is
/// checked quickly.
package struct ScopeIndex<Value> {
    private var hosts: [String: Bucket] = [:]
    private var outside = Bucket()
    private var all = Bucket()

    package init(_ values: some Sequence<(scope: SectionScope, value: Value)>) {
        for (order, entry) in values.enumerated() {
            let numbered = Numbered(order: order, value: entry.value)
            all.add(numbered, entry.scope)
            if let host = entry.scope.host {
                hosts[host, default: Bucket()].add(numbered, entry.scope)
            } else {
                outside.add(numbered, entry.scope)
            }
        }
    }

    /// Whether there is a value in a scope that may meet this one.
    package func meets(_ scope: SectionScope) -> Bool { !values(meeting: scope, upTo: 1).isEmpty }

    /// Returns the values of the scopes that may meet this one, in order; at most `limit`.
    package func values(meeting scope: SectionScope, upTo limit: Int) -> [Value] {
        var found: [Numbered] = []
        if let host = scope.host {
            found += hosts[host]?.values(meeting: scope, upTo: limit) ?? []
            found += outside.values(meeting: scope, upTo: limit)
        } else {
            found = all.values(meeting: scope, upTo: limit)
        }
        return found.sorted { $0.order < $1.order }.prefix(limit).map(\.value)
    }

    private struct Numbered {
        let order: Int
        let value: Value
    }

    /// The values of one virtual host.
    private struct Bucket {
        private var everything: [Numbered] = []
        /// Values in no section with a path, or, which httpd does not allow, in one for a directory
        /// and one for a location.
        private var anywhere: [Numbered] = []
        private var directories = PathIndex()
        private var locations = PathIndex()

        mutating func add(_ value: Numbered, _ scope: SectionScope) {
            everything.append(value)
            switch (scope.directory, scope.location) {
            case (let path?, nil): directories.add(value, path)
            case (nil, let path?): locations.add(value, path)
            default: anywhere.append(value)
            }
        }

        func values(meeting scope: SectionScope, upTo limit: Int) -> [Numbered] {
            switch (scope.directory, scope.location) {
            case (let path?, nil):
                anywhere.prefix(limit) + locations.everything.prefix(limit)
                    + directories.values(on: path, upTo: limit)
            case (nil, let path?):
                anywhere.prefix(limit) + directories.everything.prefix(limit)
                    + locations.values(on: path, upTo: limit)
            default: Array(everything.prefix(limit))
            }
        }
    }

    /// The values of sections with paths of one kind.
    private struct PathIndex {
        private(set) var everything: [Numbered] = []
        private var at: [[Substring]: [Numbered]] = [:]
        private var atOrBelow: [[Substring]: [Numbered]] = [:]

        mutating func add(_ value: Numbered, _ path: [Substring]) {
            everything.append(value)
            at[path, default: []].append(value)
            for length in 0...path.count {
                atOrBelow[Array(path.prefix(length)), default: []].append(value)
            }
        }

        /// Returns the values above, at and below a path.
        func values(on path: [Substring], upTo limit: Int) -> [Numbered] {
            let above = (0..<path.count).flatMap { length in
                (at[Array(path.prefix(length))] ?? []).prefix(limit)
            }
            return above + (atOrBelow[path] ?? []).prefix(limit)
        }
    }
}
