// SPDX-License-Identifier: Apache-2.0

/// Translates a page and its included files to Swift.
struct PageTranslator {
    /// The maximum number of includes of a page, counting repeated files each time.
    private static let includeLimit = 10_000

    /// The object that receives data in each context: its short name in the page's function, which
    /// must fit into the columns of "<%=", and the member of the library's PageRun.
    static let sinks: [HTMLContext: PageSink] = [
        .text: PageSink(name: "t", member: "html"),
        .attribute: PageSink(name: "a", member: "attribute"),
        .url: PageSink(name: "u", member: "url"),
        .urlName: PageSink(name: "n", member: "urlName"),
        .urlQuery: PageSink(name: "q", member: "urlQuery"),
        .urlList: PageSink(name: "l", member: "urlList"),
        .scriptString: PageSink(name: "j", member: "scriptString"),
        .styleString: PageSink(name: "c", member: "styleString"),
        .comment: PageSink(name: "m", member: "comment"),
        .raw: PageSink(name: "r", member: "raw"),
    ]

    private let sources: PageFiles
    private(set) var body = SourceWriter()
    private(set) var declarations = SourceWriter()
    private(set) var parameters: [String] = []
    private(set) var words: Set<String> = []
    /// The contexts of data in this page.
    private(set) var used: Set<HTMLContext> = []
    /// The paths of the files in which errors may occur.
    private(set) var files: [String] = []

    private var tracker = HTMLTracker()
    private var blocks = PageBlocks()
    /// The files that are being included, the innermost last.
    private var chain: [String] = []
    private var declared: Set<String> = []
    private var escapes = true
    private var includes = 0
    private var values = 0

    init(_ sources: PageFiles) { self.sources = sources }

    /// The page's path.
    var path: String { sources.page.path }

    mutating func run() throws(PageSyntaxError) { try translate(sources.page) }

    private mutating func translate(_ file: PageFile) throws(PageSyntaxError) {
        let segments = try PageLexer.segments(of: file)
        let outer = (blocks, escapes)
        chain.append(file.path)
        (blocks, escapes) = (PageBlocks(), true)
        for segment in segments { try translate(segment, of: file) }
        try blocks.finish(&tracker, file)
        (blocks, escapes) = outer
        declared.insert(file.path)
        chain.removeLast()
        body.flushText()
    }

    private mutating func translate(
        _ segment: PageSegment, of file: PageFile
    ) throws(PageSyntaxError) {
        switch segment {
        case .text(let range): try write(text: range, of: file)
        case .code(let code, _): try write(code, of: file)
        case .expression(let code, let tag): try write(expression: code, tag, of: file)
        case .declaration(let code, _):
            words.formUnion(code.words)
            if code.firstToken != nil, !declared.contains(file.path) {
                declarations.write(code: code.range, of: file)
            }
        case .directive(.escape(let escapes), _): self.escapes = escapes
        case .directive(.parameter(let parameter), _): try declare(parameter, of: file)
        case .directive(.include(let include), let tag): try write(include, tag, of: file)
        }
    }

    // MARK: Text and code

    private mutating func write(text range: Range<Int>, of file: PageFile) throws(PageSyntaxError) {
        try blocks.settle(&tracker, file)
        let text = file.bytes[range]
        guard !blocks.isBeforeFirstCase else {
            // Swift allows no statement at this position.
            if let offset = text.indices.first(where: { !text[$0].isSpace }) {
                throw file.error("text cannot stand before the first case of a switch", at: offset)
            }
            return
        }
        guard !tracker.misreads(text) else {
            throw file.error(
                "this text would go on with an attribute that was begun only by one way to here; "
                    + "begin it with a space", at: range.lowerBound)
        }
        tracker.take(text)
        body.write(text: text)
    }

    private mutating func write(_ code: ScannedCode, of file: PageFile) throws(PageSyntaxError) {
        words.formUnion(code.words)
        try blocks.take(code.events, &tracker, file)
        guard code.firstToken != nil else { return }
        if code.firstStatementMayFollow { note(code, of: file) }
        // Otherwise the next line would become its value.
        let suffix = code.lastWord == "return" ? ";" : ""
        body.write(code: code.range, of: file, suffix: suffix)
    }

    private mutating func write(
        expression code: ScannedCode, _ tag: Int, of file: PageFile
    ) throws(PageSyntaxError) {
        words.formUnion(code.words)
        try blocks.settle(&tracker, file)
        try blocks.take(code.events, &tracker, file)
        note(code, of: file)
        let context = try context(of: code, tag, file)
        used.insert(context)
        let sink = Self.sinks[context]?.name ?? "t"
        body.write(code: code.range, of: file, prefix: "_\(sink)(", suffix: ");")
    }

    private mutating func context(
        of code: ScannedCode, _ tag: Int, _ file: PageFile
    ) throws(PageSyntaxError) -> HTMLContext {
        if code.isRawCall || !escapes {
            tracker.takeMarked()
            return .raw
        }
        do throws(HTMLContextError) {
            return try tracker.takeData()
        } catch {
            throw file.error(error.message, at: tag)
        }
    }

    /// Records the first position in a tag at which an error may be thrown.
    private mutating func note(_ code: ScannedCode, of file: PageFile) {
        for case .error(let offset) in code.events { return note(offset, of: file) }
    }

    /// Records the position of errors that are thrown from here on.
    private mutating func note(_ offset: Int, of file: PageFile) {
        let index = files.firstIndex(of: file.path) ?? files.count
        if index == files.count { files.append(file.path) }
        let location = file.location(of: offset)
        body.write(line: "_s.at(\(index), \(location.line), \(location.column));")
    }

    // MARK: Parameters and includes

    private mutating func declare(
        _ parameter: PageParameter, of file: PageFile
    ) throws(PageSyntaxError) {
        guard blocks.isEmpty else {
            throw file.error("a param cannot stand inside of a block", at: parameter.offset)
        }
        // The parameter of an included file has been declared with the include.
        guard chain.count == 1 else { return }
        guard !parameters.contains(parameter.name) else {
            throw file.error("there is a param \(parameter.name) already", at: parameter.offset)
        }
        parameters.append(parameter.name)
        note(parameter.offset, of: file)
        body.write(
            code: parameter.offset..<parameter.type.upperBound, of: file, prefix: "let ",
            suffix: ";")
        let name = parameter.name
        guard let standard = parameter.standard else {
            body.write(line: "\(name) = try _page.parameter(\"\(name)\");")
            return
        }
        body.write(
            code: standard, of: file,
            prefix: "\(name) = try _page.optionalParameter(\"\(name)\") ?? (", suffix: ");")
    }

    private mutating func write(
        _ include: PageInclude, _ tag: Int, of file: PageFile
    ) throws(PageSyntaxError) {
        guard let included = sources.file(include.path, includedBy: file) else {
            let places = sources.candidates(for: include.path, in: file).joined(separator: ", ")
            throw file.error(
                "there is no file \"\(include.path)\" that can be read: looked for \(places)",
                at: tag)
        }
        if let start = chain.firstIndex(of: included.path) {
            let names = (chain[start...] + [included.path]).joined(separator: " includes ")
            throw file.error("this include never ends: \(names)", at: tag)
        }
        includes += 1
        guard includes <= Self.includeLimit else {
            throw file.error("the page includes more than \(Self.includeLimit) files", at: tag)
        }
        let parameters = try Self.parameters(of: included)
        try check(include.arguments, for: parameters, tag, file, included)
        guard !parameters.isEmpty else { return try translate(included) }
        let names = try evaluate(include.arguments, parameters, file, included)
        body.write(line: "do {")
        for (parameter, value) in zip(parameters, names) {
            body.write(line: "let \(parameter.name) = \(value); _ = \(parameter.name);")
        }
        try translate(included)
        body.write(line: "}")
    }

    /// Evaluates every argument into a separate name, outside the block in which the parameters are
    /// declared: an argument may refer to a name that a parameter also has.
    private mutating func evaluate(
        _ arguments: [PageArgument], _ parameters: [PageParameter], _ file: PageFile,
        _ included: PageFile
    ) throws(PageSyntaxError) -> [String] {
        var names: [String] = []
        for parameter in parameters {
            values += 1
            let name = "_\(values)"
            names.append(name)
            // The declaration ends at the position of the parameter's type.
            body.write(code: parameter.type, of: included, prefix: "let \(name): ", suffix: ";")
            if let argument = arguments.first(where: { $0.name == parameter.name }) {
                body.write(code: argument.expression, of: file, prefix: "\(name) = ", suffix: ";")
            } else if let standard = parameter.standard {
                body.write(code: standard, of: included, prefix: "\(name) = ", suffix: ";")
            }
        }
        return names
    }

    private func check(
        _ arguments: [PageArgument], for parameters: [PageParameter], _ tag: Int, _ file: PageFile,
        _ included: PageFile
    ) throws(PageSyntaxError) {
        for argument in arguments
        where !parameters.contains(where: { $0.name == argument.name }) {
            throw file.error(
                "\(included.path) has no param \(argument.name)", at: argument.offset)
        }
        for (index, argument) in arguments.enumerated()
        where arguments[..<index].contains(where: { $0.name == argument.name }) {
            throw file.error("\(argument.name) is given twice", at: argument.offset)
        }
        let missing = parameters.filter { parameter in
            parameter.standard == nil && !arguments.contains { $0.name == parameter.name }
        }
        guard let first = missing.first else { return }
        throw file.error(
            "\(included.path) needs \(first.name): \(included.trimmed(first.type)), as in "
                + "<%@ include file=\"…\", \(first.name): value %>", at: tag)
    }

    private static func parameters(of file: PageFile) throws(PageSyntaxError) -> [PageParameter] {
        try PageLexer.segments(of: file).compactMap {
            if case .directive(.parameter(let parameter), _) = $0 { parameter } else { nil }
        }
    }
}

/// An object that receives data.
struct PageSink: Comparable {
    let name: String
    let member: String

    static func < (one: PageSink, other: PageSink) -> Bool { one.name < other.name }
}

extension ScannedCode {
    /// Whether a generated statement may precede the code.
    var firstStatementMayFollow: Bool {
        !["case", "default", "else", "catch"].contains(firstWord)
            && firstByte != UInt8(ascii: "}") && firstByte != UInt8(ascii: "@")
    }
}
