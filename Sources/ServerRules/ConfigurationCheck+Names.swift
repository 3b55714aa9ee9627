// SPDX-License-Identifier: Apache-2.0
//
// What a line names: a handler whose name is written as in another language's module, a module, a
// directory or a program that is not there.

internal import SystemCalls

/// What the checks ask of the disk.
package struct ConfiguredFiles: Sendable {
    package let isFile: @Sendable (String) -> Bool
    package let isDirectory: @Sendable (String) -> Bool
    /// The names in a directory; none where it cannot be read.
    package let names: @Sendable (String) -> [String]

    package init(
        isFile: @escaping @Sendable (String) -> Bool,
        isDirectory: @escaping @Sendable (String) -> Bool,
        names: @escaping @Sendable (String) -> [String]
    ) {
        self.isFile = isFile
        self.isDirectory = isDirectory
        self.names = names
    }

    /// ", did you mean "hello"?", with the name in a directory that is most like another; else nothing.
    ///
    /// - Parameter ending: What a name has to end with, which is left out.
    fileprivate func suggestion(for name: String, in directory: String, ending: String = "")
        -> String
    {
        let others = names(directory).filter { $0.hasSuffix(ending) && $0.first != "." }
            .map { String($0.dropLast(ending.count)) }
        let near = others.map { (name: $0, distance: editDistance($0, name)) }
            .filter { $0.distance > 0 && $0.distance <= max(1, min(2, name.count / 3)) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return near.map { "; did you mean \"\($0.name)\"?" } ?? ""
    }
}

extension ConfigurationCheck {
    /// A request that comes to mod_swift and finds no handler is a 500.
    var requestsWithoutHandlers: [String] {
        let uses = UseIndex(
            directives.filter { place in
                let directive = place.directive
                return directive.isNamed("SwiftHandler") || directive.namesHandlers
                    || directive.namesOtherCode || directive.letsHtaccess(hold: "FileInfo")
            })
        return directives.filter(\.directive.choosesOurHandler).filter { !uses.meets($0) }.map {
            place in
            let line = place.directive
            return "MSW0788: \(line.name) \(line.args) (\(line.place)) leads to mod_swift, and no "
                + "SwiftHandler is in effect there: such requests end with 500; add \"SwiftHandler "
                + "module\" to its section, where the module is a file module.swift"
        }
    }

    /// Names that are written as elsewhere.
    var misspelledHandlers: [String] {
        directives.map(\.directive).flatMap { line in
            line.handlerNames.compactMap { name in
                Self.reason(against: name).map {
                    "MSW0789: \(line.name) (\(line.place)): \"\(name)\" \($0)"
                }
            }
        }
    }

    private static func reason(against name: String) -> String? {
        let module = name.moduleName
        if module.hasSuffix(".swift") {
            let rest = module.dropLast(".swift".count) + name.dropFirst(module.count)
            return "names a file, and the name of a module has no ending: write \(rest)"
        }
        if !name.holds("::"), let colon = name.lastIndex(of: ":") {
            return "has one colon; write \(name[..<colon])::\(name[colon...].dropFirst())"
        }
        return nil
    }

    /// Modules without a file.
    var missingModules: [String] {
        directives.flatMap { place in
            let names = place.directive.handlerNames
            return names.enumerated().compactMap { index, name in
                missingModule(name, place, follows: index > 0 ? names[index - 1] : nil)
            }
        }
    }

    private func missingModule(
        _ name: String, _ place: DirectiveInContext, follows: String?
    ) -> String? {
        let module = name.moduleName
        let line = place.directive
        guard module != "mod_swift", Self.reason(against: name) == nil, !module.isEmpty,
            let directories = directories(for: module, place)
        else { return nil }
        let title = "MSW0790: \(line.name) (\(line.place)): "
        guard !directories.isEmpty else {
            return title + "the module \"\(module)\" is looked for nowhere: the line stands in no "
                + "<Directory>, and no SwiftPath is in effect there; add \"SwiftPath /directory\""
        }
        let files = directories.map { FilePath.normalized("\($0)/\(module).swift") }
        // A module is a file, or a directory of files.
        let isThere = files.contains { file in
            self.files.isFile(file) || self.files.isDirectory(String(file.dropLast(".swift".count)))
        }
        guard !isThere else { return nil }
        if let follows, line.isNamed("SwiftHandler"), !follows.holds("::") {
            return title
                + "there is no module \"\(name)\" (\(files.joined(separator: ", "))); each "
                + "word is a handler of its own, so to name a function write \(follows)::\(name)"
        }
        let offer = files.lazy.map {
            self.files.suggestion(
                for: FilePath.name(of: module), in: FilePath.parent(of: $0), ending: ".swift")
        }.first { !$0.isEmpty }
        return title + "there is no module \"\(module)\" yet (\(files.joined(separator: ", ")))"
            + (offer ?? "")
    }

    /// Where a module is looked for; nil where that is not known.
    private func directories(for module: String, _ place: DirectiveInContext) -> [String]? {
        if module.hasPrefix("/") { return [""] }
        let paths = searchPaths.filter { $0.mayMeet(place) }
            .flatMap(\.directive.words)
        guard !place.isInPattern, paths.allSatisfy({ $0.hasPrefix("/") && !$0.holds("%{") }) else {
            return nil
        }
        return (place.directory.map { [$0] } ?? []) + paths
    }

    /// Directories and programs that are not there.
    var missingPaths: [String] {
        directives.flatMap { place -> [String] in
            let line = place.directive
            if line.isNamed("SwiftPath") {
                return line.words.filter { $0.hasPrefix("/") && !files.isDirectory($0) }
                    .map { missing($0, "directory", line) }
            }
            if line.isNamed("SwiftCompiler"), let path = line.words.first, path.hasPrefix("/"),
                !files.isFile(path)
            {
                return [missing(path, "program", line)]
            }
            if line.isNamed("Directory"), let path = line.plainPath,
                line.children.contains(where: \.isOurs), !files.isDirectory(path)
            {
                return [missing(path, "directory", line)]
            }
            return []
        }
    }

    private func missing(_ path: String, _ kind: String, _ line: DirectiveNode) -> String {
        let path = FilePath.normalized(path)
        let offer = files.suggestion(for: FilePath.name(of: path), in: FilePath.parent(of: path))
        return "MSW0790: \(line.name) (\(line.place)): there is no \(kind) \(path)\(offer)"
    }
}

extension DirectiveNode {
    /// The handlers that it names, in order, as they are written.
    fileprivate var handlerNames: [String] {
        let words = words.prefix { $0 != "|" && !$0.hasPrefix("#") }
        let name = name.lowercased()
        let named: ArraySlice<String> =
            switch name {
            case "swiftinputfilter", "swiftoutputfilter", "swiftimport": words.prefix(1)
            case "swiftauthnprovider", "swiftauthzprovider": words.dropFirst().prefix(1)
            case _ where namesHandlers && name.hasPrefix("swift") && name.hasSuffix("handler"):
                words[...]
            case "swiftconnectionhandler": words[...]
            default: []
            }
        return named.filter { !$0.holds("%{") && !$0.holds("$") }
    }

    /// Whether it gives requests the handler mod_swift.
    fileprivate var choosesOurHandler: Bool {
        (isNamed("SetHandler") || isNamed("AddHandler") || isNamed("ForceType"))
            && words.first.map { namesAreEqual($0, "mod_swift") } == true
    }

    /// Whether it is one of ours.
    fileprivate var isOurs: Bool {
        name.lowercased().hasPrefix("swift") || choosesOurHandler
            || children.contains(where: \.isOurs)
    }
}

extension String {
    /// "hello" of "hello::handler".
    fileprivate var moduleName: String {
        guard let first = indices.first(where: { self[$0...].hasPrefix("::") }) else { return self }
        return String(self[..<first])
    }
}

/// How many letters have to be added, left out or changed to make one text of another.
private func editDistance(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    var row = Array(0...other.count)
    for (i, letter) in one.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, second) in other.enumerated() {
            let changed = diagonal + (letter == second ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[other.count]
}
