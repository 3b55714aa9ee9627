// SPDX-License-Identifier: Apache-2.0
//
// Checks of the names in directives: a handler name in the form of another language, a module, a
// directory or a program that does not exist.

internal import SystemCalls

/// The checks' access to the file system.
package struct ConfiguredFiles: Sendable {
    /// The base of relative paths: httpd's ServerRoot.
    package let root: String
    package let isFile: @Sendable (String) -> Bool
    package let isDirectory: @Sendable (String) -> Bool
    /// Returns the names in a directory; empty if it cannot be read.
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

    /// Returns a path as httpd completes it; nil if that depends on the request.
    fileprivate func absolute(_ path: String) -> String? {
        guard !path.holds("%{"), !path.isEmpty else { return nil }
        return FilePath.normalized(path.hasPrefix("/") ? path : "\(root)/\(path)")
    }

    /// Returns "; did you mean "hello"?", with the most similar name in the directory; otherwise an
    /// empty text.
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

    /// The maximum number of names in a directory for which a similar one is searched.
    private static let mostNames = 5000
}

/// A name that does not exist in a directory.
private struct MissingName {
    let name: String
    let directory: String
    /// The suffix that names there must have, which is removed.
    var ending = ""

    /// Splits a path at its last part.
    init(_ path: String) {
        name = FilePath.name(of: path)
        directory = FilePath.parent(of: path)
    }

    /// Splits the path of a module's file.
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

/// A message, and the names for which it may suggest a similar one.
private struct MissingMessage {
    let text: String
    var names: [MissingName] = []
}

extension ConfigurationCheck {
    /// Requests that are passed to mod_swift and find no handler, which end as 500.
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

    /// Handler names in the form of another language.
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

    /// Modules whose files do not exist.
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
        // Other languages use a dot there.
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

    /// Returns the directories that are searched for a module; nil if they are not known.
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

    /// Directories and programs that do not exist.
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

    /// Messages about missing names. The search for similar names reads directories, and is made
    /// only for the first messages.
    var missingNames: [String] {
        (missingModules + missingPaths).enumerated().map { index, message in
            guard index < 32 else { return message.text }
            return message.text
                + (message.names.lazy.map(files.suggestion).first { !$0.isEmpty } ?? "")
        }
    }
}

extension DirectiveNode {
    /// The handler names in it, in order, as written.
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

    /// Whether it sets the handler mod_swift for requests.
    fileprivate var choosesOurHandler: Bool {
        (isNamed("SetHandler") || isNamed("AddHandler") || isNamed("ForceType"))
            && words.first.map { namesAreEqual($0, "mod_swift") } == true
    }

    /// Whether it is a directive of mod_swift.
    fileprivate var isOurs: Bool {
        name.lowercased().hasPrefix("swift") || choosesOurHandler
            || children.contains(where: \.isOurs)
    }
}

extension String {
    /// The module name: "hello" in "hello::handler".
    fileprivate var moduleName: String {
        guard let first = indices.first(where: { self[$0...].hasPrefix("::") }) else { return self }
        return String(self[..<first])
    }
}

/// Returns the number of letters that must be added, removed or changed to turn one text into the
/// other.
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
