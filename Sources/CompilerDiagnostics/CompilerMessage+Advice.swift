// SPDX-License-Identifier: Apache-2.0
//
// The compiler's messages are about Swift. For the most common first mistakes in a handler, they
// are shown together with a sentence about handlers.

extension CompilerMessage {
    /// A sentence for authors who see the message for the first time; nil if the compiler's message
    /// is sufficient.
    package var advice: String? {
        guard diagnostic.severity == .error else { return nil }
        let message = diagnostic.message
        if let name = message.quoted(after: "cannot find type ")
            ?? message.quoted(after: "cannot find ")
        {
            return Self.origins.first { $0.names.contains(name) }.map {
                "\(name) needs \($0.import)"
            } ?? (name == "apache" ? Self.apache : nil)
        }
        if let member = message.quoted(behind: " has no member "), !message.hasPrefix("type "),
            let name = PythonNames.name(for: member)
        {
            return "mod_python's \(member) is \(name) here"
        }
        if message.holds("no exact matches in call to instance method 'write'"),
            notes.contains(where: { $0.message.hasSuffix("?')") })
        {
            return "a value that may be nil is not text: give one for nil, as in value ?? \"\""
        }
        return Self.sentences.first { message.holds($0.part) }?.advice
    }

    private static let apache =
        "mod_python's apache.OK is .ok here, apache.HTTP_NOT_FOUND is .notFound, raise "
        + "apache.SERVER_RETURN is throw, as in throw Status.notFound, and apache.log_error is Apache.log"

    private static let sentences: [(part: String, advice: String)] = [
        (
            "#MutableGlobalVariable",
            "the threads of a server would change this variable at the same time; keep what a request needs "
                + "in the request (req[Key.self]), and what requests share in a let with a Mutex (import "
                + "Synchronization) or in an actor; each child process has its own, and Apache.shared "
                + "keeps values for all of them"
        ),
        (
            "call can throw but is not marked with 'try'",
            "write try in front of the call; an error that the handler throws ends the request with status 500 "
                + "and a line in the error log"
        ),
        (
            "errors thrown from here are not handled",
            "declare the function with throws, as in func handler(_ req: Request) throws -> Status"
        ),
        (
            "'async' call in a function that does not support concurrency",
            "a handler may be async in every phase: func handler(_ req: Request) async throws -> Status"
        ),
        (
            "call can throw, but it is not marked with 'try' and the error is not handled",
            "write try in front of the call, and throws behind the function's parameters, as in "
                + "func handler(_ req: Request) throws -> Status"
        ),
        (
            "throws -> FieldStorage' has no",
            "form is a method that may throw: let form = try req.form()"
        ),
        (
            "type 'Status' has no member",
            "the names are spelled as in Swift: .ok, .declined, .done, .notFound, .forbidden"
        ),
        (
            "expression is 'async' but is not marked with 'await'",
            "write await in front of the call"
        ),
        (
            "no exact matches in call to instance method 'write'",
            "write takes text or bytes; a value becomes text in quotes: req.write(\"\\(value)\")"
        ),
        (
            "missing return in", "a handler ends with a status: return .ok"
        ),
        (
            "to return type 'Status'",
            "a handler that returns Status ends with return .ok and writes its text by req.write; one that "
                + "returns String gives the text itself"
        ),
        (
            "to return type 'String'", "a value becomes text in quotes: \"\\(value)\""
        ),
        (
            "must be unwrapped to a value of type",
            "give a value for nil, as in value ?? \"\"; or leave with guard let value else { throw "
                + "Status.badRequest }"
        ),
        (
            "statements are not allowed at the top level",
            "nothing of a module runs when it is loaded; put the statement into a function, or name one in "
                + "SwiftImport that a child runs before its first request"
        ),
        (
            "no such module",
            "a handler can import modules that lie beside it or along SwiftPath, what mod_swift brings "
                + "(ModSwift, ModSwiftJSON, ModSwiftHTTPTypes, ModSwiftLogging), and what the toolchain "
                + "brings, such as Foundation"
        ),
        (
            "main actor-isolated",
            "handlers run on the threads of the server, never on the main actor"
        ),
        (
            "is inaccessible due to 'private'", "a handler must not be private or fileprivate"
        ),
    ]

    private static let origins: [(names: Set<String>, `import`: String)] = [
        (
            [
                "Request", "Status", "Filter", "Connection", "Table", "Field", "Cookie", "Markup",
                "PSP",
            ],
            "import ModSwift"
        ),
        (["Mutex", "Atomic"], "import Synchronization"),
        (["Logger"], "import ModSwiftLogging"),
        (
            [
                "Date", "URL", "Data", "UUID", "JSONDecoder", "JSONEncoder", "FileManager",
                "FileHandle",
                "DateFormatter", "ISO8601DateFormatter", "Calendar", "TimeZone", "Locale",
                "ProcessInfo",
                "URLComponents", "URLSession", "Process", "NSRegularExpression", "NumberFormatter",
                "sqrt", "pow",
                "floor", "ceil", "sin", "cos", "log",
            ], "import Foundation"
        ),
    ]
}

extension String {
    /// Whether it contains a text, compared byte by byte: see ``Diagnostic``.
    fileprivate func holds(_ text: String) -> Bool { self[...].firstRange(ofText: text) != nil }

    /// Returns the quoted word after a text, if the word ends the message.
    fileprivate func quoted(behind text: String) -> String? {
        guard let range = self[...].firstRange(ofText: text) else { return nil }
        let rest = self[range.upperBound...]
        guard rest.hasPrefix("'"), rest.hasSuffix("'") else { return nil }
        return String(rest.dropFirst().dropLast())
    }

    /// Returns the quoted word after a prefix.
    fileprivate func quoted(after start: String) -> String? {
        guard hasPrefix("\(start)'") else { return nil }
        return String(dropFirst(start.count + 1).prefix { $0 != "'" })
    }
}
