// SPDX-License-Identifier: Apache-2.0
//
// What a line names: a handler whose name is written as in another language's module, a module, a
// directory or a program that is not there.

internal import SystemCalls

/// What the checks ask of the disk.
package struct ConfiguredFiles: Sendable {
    /// What relative paths are relative to: httpd's ServerRoot.
    package let root: String
    package let isFile: @Sendable (String) -> Bool
    package let isDirectory: @Sendable (String) -> Bool
    /// The names in a directory; none where it cannot be read.
    package let names: @Sendable (String) -> [String]

    package init(
        root: String,
        isFile: @escaping @Sendable (String) -> Bool,
        isDirectory: @escaping @Sendable (String) -> Bool,
        names: @escaping @Sendable (String) -> [String]
    ) {
        self.root = root
        self.isFile = isFile
        self.isDirectory = isDirectory
        self.names = names
    }

    /// A path as httpd completes it; nil where that depends on the request.
    fileprivate func absolute(_ path: String) -> String? {
        guard !path.holds("%{"), !path.isEmpty else { return nil }
        return FilePath.normalized(path.hasPrefix("/") ? path : "\(root)/\(path)")
    }

    /// "; did you mean "hello"?", with the name in a directory that is most similar; else nothing.
    fileprivate func suggestion(_ missing: MissingName) -> String {
        let (name, ending) = (missing.name, missing.ending)
        let others = names(missing.directory).prefix(Self.mostNames)
            .filter { $0.hasSuffix(ending) && $0.first != "." }
            .map { String($0.dropLast(ending.count)) }
        let near = others.filter { $0 != name }
            .map { (name: $0, distance: editDistance($0.lowercased(), name.lowercased())) }
            .filter { $0.distance <= max(1, min(2, name.count / 3)) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return near.map { "; did you mean \"\($0.name)\"?" } ?? ""
    }

    /// In directories of more names nobody looks for a similar one.
    private static let mostNames = 5000
}

/// A name that is not in a directory.
private struct MissingName {
    let name: String
    let directory: String
    /// What the names there have to end with, which is left out.
    var ending = ""

    /// The last part of a path.
    init(_ path: String) {
        name = FilePath.name(of: path)
        directory = FilePath.parent(of: path)
    }

    /// A module, by the path of its file.
    init(module file: String) {
        self.init(file)
        self = MissingName(
            name: String(name.dropLast(ModuleName.ending.count)), directory: directory,
            ending: ModuleName.ending)
    }

    private init(name: String, directory: String, ending: String) {
        (self.name, self.directory, self.ending) = (name, directory, ending)
    }
}

private enum ModuleName {
    static let ending = ".swift"
}

/// A message, and the names for which it may offer a similar one.
private struct MissingMessage {
    let text: String
    var names: [MissingName] = []
}

extension ConfigurationCheck {
    /// A request that comes to mod_swift and finds no handler is a 500.
    var requestsWithoutHandlers: [String] {
        let uses = index { directive in
            directive.isNamed("SwiftHandler") || directive.namesHandlers
                || directive.namesOtherCode || directive.letsHtaccess(hold: "FileInfo")
        }
        return directives.filter {
            $0.directive.choosesOurHandler && !uses.meets($0.scope)
        }.map { place in
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
            return "names a file, and a module name has no extension: write \(rest)"
        }
        if let parenthesis = name.firstIndex(of: "("), name.last == ")" {
            return "has parentheses, and a handler is named without them; write "
                + String(name[..<parenthesis])
        }
        if !name.holds("::"), let colon = name.lastIndex(of: ":") {
            return "has one colon; write \(name[..<colon])::\(name[colon...].dropFirst())"
        }
        return nil
    }

    /// Modules without a file.
    private var missingModules: [MissingMessage] {
        let paths = ScopeIndex(
            directives.filter { $0.directive.isNamed("SwiftPath") }.flatMap { line in
                line.directive.words.map { (scope: line.scope, value: $0) }
            })
        let mayChange = index { $0.isNamed("SwiftAllowHtaccess") && $0.isOn }
        return directives.flatMap { place -> [MissingMessage] in
            let names = place.directive.handlerNames
            guard !names.isEmpty, !mayChange.meets(place.scope) else { return [] }
            return names.enumerated().compactMap { index, name in
                missingModule(
                    name, place, paths, follows: index > 0 ? names[index - 1] : nil)
            }
        }
    }

    private func missingModule(
        _ name: String, _ place: DirectiveInContext, _ paths: ScopeIndex<String>,
        follows: String?
    ) -> MissingMessage? {
        let module = name.moduleName
        let line = place.directive
        guard module != "mod_swift", Self.reason(against: name) == nil, !module.isEmpty,
            let directories = directories(for: module, place, paths)
        else { return nil }
        let title = "MSW0790: \(line.name) (\(line.place)): "
        guard !directories.isEmpty else {
            return MissingMessage(
                text: title + "the module \"\(module)\" is looked for nowhere: the line is in no "
                    + "<Directory>, or in one for a pattern, and no SwiftPath is in effect there; "
                    + "add \"SwiftPath /directory\"")
        }
        let candidates = directories.map { FilePath.normalized("\($0)/\(module).swift") }
        // A module is a file, or a directory of files.
        let isThere = candidates.contains { file in
            files.isFile(file)
                || files.isDirectory(String(file.dropLast(ModuleName.ending.count)))
        }
        guard !isThere else { return nil }
        let places =
            candidates.prefix(4).joined(separator: ", ") + (candidates.count > 4 ? ", …" : "")
        if let follows, line.isNamed("SwiftHandler"), !follows.holds("::") {
            return MissingMessage(
                text: title + "there is no module \"\(name)\" (\(places)); each word is a "
                    + "handler of its own, so to name a function write \(follows)::\(name)")
        }
        // Other languages have a dot there.
        if module == name, let dot = module.lastIndex(of: "."),
            directories.contains(where: { files.isFile("\($0)/\(module[..<dot]).swift") })
        {
            return MissingMessage(
                text: title + "there is no module \"\(module)\" (\(places)); to name a function "
                    + "write \(module[..<dot])::\(module[dot...].dropFirst())")
        }
        return MissingMessage(
            text: title + "there is no module \"\(module)\" yet (\(places))",
            names: candidates.map { MissingName(module: $0) })
    }

    /// Where a module is looked for; nil where that is not known.
    private func directories(
        for module: String, _ place: DirectiveInContext, _ paths: ScopeIndex<String>
    ) -> [String]? {
        if module.hasPrefix("/") { return [""] }
        let limit = 64
        let paths = paths.values(meeting: place.scope, upTo: limit)
        let known = paths.compactMap(files.absolute)
        guard known.count == paths.count, paths.count < limit else { return nil }
        return (place.directory.map { [$0] } ?? []) + known
    }

    /// Directories and programs that are not there.
    private var missingPaths: [MissingMessage] {
        directives.flatMap { place -> [MissingMessage] in
            let line = place.directive
            if line.isNamed("SwiftPath") {
                return line.words.compactMap { missing($0, "directory", line, files.isDirectory) }
            }
            if line.isNamed("SwiftCompiler"), let path = line.words.first {
                return missing(path, "program", line, files.isFile).map { [$0] } ?? []
            }
            if line.isNamed("Directory"), let path = line.plainPath,
                line.children.contains(where: \.isOurs)
            {
                return missing(path, "directory", line, files.isDirectory).map { [$0] } ?? []
            }
            return []
        }
    }

    private func missing(
        _ word: String, _ kind: String, _ line: DirectiveNode, _ isThere: (String) -> Bool
    ) -> MissingMessage? {
        guard let path = files.absolute(word), !isThere(path) else { return nil }
        return MissingMessage(
            text: "MSW0790: \(line.name) (\(line.place)): there is no \(kind) \(path)",
            names: [MissingName(path)])
    }

    /// What is not there. To look for similar names takes a look into a directory: only the first messages
    /// do.
    var missingNames: [String] {
        (missingModules + missingPaths).enumerated().map { index, message in
            guard index < 32 else { return message.text }
            return message.text
                + (message.names.lazy.map(files.suggestion).first { !$0.isEmpty } ?? "")
        }
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
