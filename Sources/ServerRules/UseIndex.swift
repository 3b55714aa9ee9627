// SPDX-License-Identifier: Apache-2.0

/// Lines of a configuration, to be asked whether one of them may be in effect where another is: for thousands
/// of sections, without a look at each pair.
struct UseIndex {
    /// What is known of the lines of one virtual host, or of those outside of any.
    private struct Group {
        /// Lines by the kind of their section; "" for those for which no path counts.
        var count: [String: Int] = [:]
        var all = 0
        /// Paths, and paths above them, by the kind of the section.
        var exact: [String: Set<[Substring]>] = [:]
        var above: [String: Set<[Substring]>] = [:]

        mutating func add(_ place: SectionPath) {
            all += 1
            guard let path = place.path else { return count["", default: 0] += 1 }
            count[place.kind, default: 0] += 1
            exact[place.kind, default: []].insert(path)
            for length in 0...path.count {
                above[place.kind, default: []].insert(Array(path.prefix(length)))
            }
        }

        /// Whether a line of the group may meet one of that place.
        func meets(_ place: SectionPath) -> Bool {
            guard let path = place.path else { return all > 0 }
            // Nothing excludes each other but two paths of one kind.
            if all > count[place.kind, default: 0] { return true }
            if above[place.kind]?.contains(path) == true { return true }
            guard let exact = exact[place.kind] else { return false }
            return (0...path.count).contains { exact.contains(Array(path.prefix($0))) }
        }
    }

    private var outside = Group()
    private var ofHost: [String: Group] = [:]
    private var everywhere = Group()

    init(_ lines: some Sequence<DirectiveInContext>) {
        for line in lines {
            everywhere.add(line.sectionPath)
            if let host = line.host {
                ofHost[host, default: Group()].add(line.sectionPath)
            } else {
                outside.add(line.sectionPath)
            }
        }
    }

    /// Whether one request may be in the sections of some line and in those of this one. Only what certainly
    /// excludes each other does not meet: two virtual hosts, and two paths neither of which lies in the other.
    func meets(_ line: DirectiveInContext) -> Bool {
        guard let host = line.host else { return everywhere.meets(line.sectionPath) }
        return outside.meets(line.sectionPath) || ofHost[host]?.meets(line.sectionPath) == true
    }
}

/// The path of the section that a line stands in.
struct SectionPath {
    /// "directory" or "location".
    let kind: String
    /// Nil where there is none, or where it is a pattern.
    let path: [Substring]?
}
