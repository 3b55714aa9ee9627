// SPDX-License-Identifier: Apache-2.0
//
// Properties of a directive for the checks of the configuration.

internal import SystemCalls

extension DirectiveNode {
    func isNamed(_ name: String) -> Bool { namesAreEqual(self.name, name) }

    var isOn: Bool { namesAreEqual(args, "On") }

    /// The location, for messages.
    var place: String { "\(fileName ?? "-"):\(line)" }

    /// Its arguments; a quoted argument may contain blanks.
    var words: [String] {
        var words: [String] = []
        var rest = args.drop(while: \.isWhitespace)
        while let first = rest.first {
            let isQuoted = first == "\"" || first == "'"
            if isQuoted { rest.removeFirst() }
            let word = rest.prefix { isQuoted ? $0 != first : !$0.isWhitespace }
            words.append(String(word))
            rest = rest[word.endIndex...].dropFirst().drop(while: \.isWhitespace)
        }
        return words
    }

    /// Whether a name occurs in its arguments, alone or in a list such as "A;B" or "[H=name,L]".
    /// Case-insensitive.
    func mentions(_ name: String) -> Bool {
        mentionedWords.contains { namesAreEqual(String($0), name) }
    }

    /// The names in its arguments, in lower case: alone, or in a list such as "A;B" or
    /// "[H=name,L]".
    var mentionedNames: Set<String> { Set(mentionedWords.map { $0.lowercased() }) }

    private var mentionedWords: [Substring] {
        let parts = words.flatMap { $0.split(separator: ";") }
        return parts + parts.flatMap { $0.split { ",=[]+@!".contains($0) } }
    }

    /// Whether it allows directives of a class in .htaccess files. AllowOverrideList counts,
    /// because its names may be of that class.
    func letsHtaccess(hold overrides: String) -> Bool {
        if isNamed("AllowOverrideList") { return !namesAreEqual(args, "None") }
        return isNamed("AllowOverride")
            && words.contains { namesAreEqual($0, "All") || namesAreEqual($0, overrides) }
    }

    /// Whether it names Swift functions that are called for requests.
    var namesHandlers: Bool {
        if isNamed("Require") { return words.contains { namesAreEqual($0, "swift") } }
        if isProvider || isNamed("SwiftHandlerModule") { return true }
        let name = name.lowercased()
        return name.hasPrefix("swift") && name.hasSuffix("handler")
            && !name.hasSuffix("connectionhandler")
    }

    /// Whether it makes httpd call code in other languages, which may do anything to a request that
    /// Swift code may.
    var namesOtherCode: Bool {
        let (name, args) = (name.lowercased(), args.lowercased())
        return ["lua", "perl"].contains { name.hasPrefix($0) || args.holds("\($0)-script") }
    }

    /// Whether it names functions for httpd's access control.
    var isProvider: Bool { isNamed("SwiftAuthnProvider") || isNamed("SwiftAuthzProvider") }
}
