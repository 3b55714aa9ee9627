// SPDX-License-Identifier: Apache-2.0
//
// All failures in one list: a stable id, a sentence that says what happened and what to do, and the
// status that the client gets. docs/error-reference.md explains each id.

internal import CompilerDiagnostics
internal import ModuleArtifact
internal import ModuleGraph
internal import ServerRules
internal import SystemCalls

/// A failure, with its details.
struct HandlerFailure: Error {
    /// "MSW0103": stable, explained in docs/error-reference.md.
    let id: String
    /// One line.
    let summary: String
    /// Further lines, such as the compiler's diagnostics.
    var detail = ""
    /// The missing function, for which the directive can give a more precise message.
    var missing: MissingFunction?
    /// Whether the detail has already been logged.
    var isDetailLogged = false
    /// The location of the failure in a source.
    var place: SourcePlace?
    /// The stack at the place where an error was thrown: see ``ThrowRecord/frames(of:)``.
    var thrownAt: [UInt] = []
    /// The sources that the detail refers to, by their paths, for excerpts.
    var sources: [String: String] = [:]
    var status = Status.internalServerError
    var level = LogLevel.error
    /// Details of the client's own mistake that it may see: httpd's document for a 400 shows them.
    var clientNotes: [String] = []
    /// Seconds after which a client may try again, where the status is 503.
    var retryAfter = 5
    /// Whether it happened in a handler, and not before its call.
    var isOfHandler: Bool { id.hasPrefix("MSW03") || id.hasPrefix("MSW04") }
    /// Whether the same source would fail again in the same way.
    var isLasting = false

    /// The further lines for the log.
    var logDetail: String {
        if isDetailLogged { return "" }
        return sources.isEmpty || detail.isEmpty ? detail : CompilerMessage.annotated(detail)
    }

    /// The message for the error log.
    ///
    /// - Parameters:
    ///   - title: What failed, such as a directive and its handler.
    ///   - request: The request, as its log identifies it.
    func logMessage(of title: String = "", in request: String = "") -> String {
        let name = title.isEmpty ? "" : "\(title): "
        let subject = request.isEmpty ? "" : " [\(request)]"
        let place = place.map { ", thrown at \(printable($0.description))" } ?? ""
        let lines = logDetail.isEmpty ? "" : "\n\(logDetail)"
        return "\(id): \(name)\(printable(summary))\(place)\(subject)\(lines)"
    }
}

extension HandlerFailure {
    // MARK: Configuration

    static var noHandler: HandlerFailure {
        HandlerFailure(
            id: "MSW0201",
            summary: "the handler of this request is mod_swift (SetHandler, AddHandler), but no "
                + "SwiftHandler is in effect here; add \"SwiftHandler module\" to the section")
    }

    static func htaccessRefused(_ place: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0202",
            summary: "\(place) uses Swift directives, which is native code in the server; allow it "
                + "with \"SwiftAllowHtaccess On\" in the server's configuration, or remove them")
    }

    static func sourceRefused(_ path: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0203",
            summary:
                "\(path) is a Swift source, and no handler handled the request; it is not served",
            status: .forbidden, level: .notice)
    }

    static var noUser: HandlerFailure {
        HandlerFailure(
            id: "MSW0501",
            summary:
                "SwiftAuthenHandler returned .ok without setting req.user; set it to the name of the "
                + "authenticated user, or return .declined or .unauthorized")
    }

    static func noSuchPhase(_ directive: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0543",
            summary:
                "a module has called a handler for \"\(directive)\", which is not a phase "
                + "that it can call; name a directive such as SwiftHandler or SwiftFixupHandler")
    }

    static func statusInInclude(_ status: Status) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0542",
            summary:
                "the handler ended with \(status.rawValue), but the page that names it has already begun; "
                + "the page shows its error message instead")
    }

    static func noPhaseForText(_ phase: Phase) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0502",
            summary: "returns String, which is a response, and \(phase.directive) sends no "
                + "response; return Status")
    }

    static var publisherElsewhere: HandlerFailure {
        HandlerFailure(
            id: "MSW0783",
            summary: "the publisher makes responses, and is for SwiftHandler alone")
    }

    static func noSwitch(_ option: String, _ word: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0784",
            summary: "SwiftOption \(option) is \"\(printable(word))\"; it takes On or Off")
    }

    // MARK: Access control

    static func noForm(of provider: Provider, wanted: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0551",
            summary: "none of its functions takes a Request, a \(wanted); the labels of their "
                + "parameters say what they are for")
    }

    static func thrownByProvider(_ status: Status) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0552",
            summary: "threw \(status), which is not a valid result here; return a result, or throw "
                + ".unauthorized or .forbidden")
    }

    static var noHash: HandlerFailure {
        HandlerFailure(
            id: "MSW0553",
            summary: "did not return a hash: 32 hexadecimal digits in lower case, the MD5 of "
                + "user:realm:password")
    }

    // MARK: Finding and loading

    static func noModule(_ module: String, searched: [String]) -> HandlerFailure {
        let places =
            searched.isEmpty
            ? "the directive is in no <Directory>; set SwiftPath"
            : "looked for " + searched.joined(separator: ", ")
        return HandlerFailure(id: "MSW0101", summary: "there is no module \"\(module)\": \(places)")
    }

    static func noModuleName(_ module: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0101",
            summary: "\"\(module)\" names no module; write module, dir/module or module::function")
    }

    /// - Parameter argument: The parameter type that the directive requires; nil if it is not
    ///   known.
    static func noFunction(
        _ function: String, in version: ModuleVersion, taking argument: String? = nil
    ) -> HandlerFailure {
        let path = version.sourcePath
        if let reason = version.refusals[function] {
            return HandlerFailure(
                id: "MSW0102", summary: "\(function) in \(path) cannot be a handler: \(reason)")
        }
        let names = version.handlerNames
        let found = names.isEmpty ? "no handler" : names.joined(separator: ", ")
        var failure = HandlerFailure(
            id: "MSW0102",
            summary: "\(path) has no function \"\(function)\" that takes "
                + "\(argument ?? "a Request, a Filter or a Connection"); it has \(found)")
        failure.missing = MissingFunction(name: function, version: version)
        return failure
    }

    static func wrongArgument(
        _ handler: Handler?, _ phase: Phase, wanted: String
    ) -> HandlerFailure {
        wrongArgument(handler, in: phase.directive, wanted: wanted)
    }

    static func wrongArgument(
        _ handler: Handler?, in directive: String, wanted: String
    ) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0102",
            summary:
                "the function takes a \((handler ?? .absent).argument), and \(directive) calls "
                + "functions that take a \(wanted)")
    }

    static func noBuiltIn(_ function: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0102",
            summary: "there is no \(BuiltInHandlers.module)::\(function); these handlers come with "
                + "mod_swift: "
                + BuiltInHandlers.names.joined(separator: ", "))
    }

    static func buildFailed(
        _ path: String, texts: [String: String], diagnostics: String
    ) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0103", summary: "\(path) does not compile", detail: diagnostics,
            sources: texts, isLasting: true)
    }

    /// Describes why the sources of a module cannot be used.
    init(_ error: ModuleReadError, of path: String, texts: [String: String]) {
        switch error {
        // The caller has already searched for it again.
        case .missing: self = .noModule(path, searched: [path])
        case .unreadable(let error): self = .unreadableSource(error)
        case .notSwift(let path, let reason): self = .badSource(path, reason)
        case .refused(let diagnostics):
            self = .buildFailed(path, texts: texts, diagnostics: diagnostics)
        }
    }

    static func unreadableSource(_ error: any Error) -> HandlerFailure {
        HandlerFailure(id: "MSW0104", summary: "a source cannot be read: \(error)")
    }

    static func badSource(_ path: String, _ reason: String) -> HandlerFailure {
        HandlerFailure(id: "MSW0104", summary: "\(path) \(reason)", isLasting: true)
    }

    static func buildTimedOut(_ path: String, seconds: Double) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0105",
            summary: "\(path) was not built within \(seconds) seconds (SwiftBuildTimeout)",
            status: .serviceUnavailable)
    }

    static func sourceChanged(_ path: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0111", summary: "\(path) was changed while it was being built; try again",
            status: .serviceUnavailable)
    }

    static func builderFailed(_ reason: String, output: String = "") -> HandlerFailure {
        HandlerFailure(id: "MSW0106", summary: "the builder failed: \(reason)", detail: output)
    }

    /// An administrator who stops a server often sends the signal to all of its processes.
    static var builderAsked: HandlerFailure {
        HandlerFailure(
            id: "MSW0106", summary: "the build was given up because the server ends",
            status: .serviceUnavailable, level: .info)
    }

    static func unusableCache(_ error: any Error, in directory: String) -> HandlerFailure {
        if (error as? SystemError)?.isLackOfSpace == true { return noSpace(in: directory) }
        return HandlerFailure(
            id: "MSW0107",
            summary: "the directory for compiled handlers cannot be used (SwiftCacheDir): \(error)")
    }

    static func noSpace(in directory: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0117",
            summary: "there is no space left for compiled handlers in \(directory); free some, or "
                + "name another directory in SwiftCacheDir")
    }

    static func importFromElsewhere(_ name: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0794",
            summary: "Apache.importModule(\"\(name)\") was called by code outside of handler "
                + "modules; call it in a handler's module")
    }

    static func versionGone(_ module: ModuleNode) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0791",
            summary: "\(module.path) has changed since another module of this request was built "
                + "with it, and the handlers of that state are not loaded; try again",
            status: .serviceUnavailable)
    }

    static func notCompiled(
        _ module: ModuleNode, of source: ModuleSource, _ reason: String, in directory: String
    ) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0770",
            summary: "\(module.path) (server name \(source.identity.namespace)) has no "
                + "compiled form in \(directory), which belongs to root and which this server may only "
                + "read: \(reason); put it there with: \(BuildCommandLine.text)")
    }

    static func noCompiler(_ compiler: String, for path: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0771",
            summary: "\(path) has to be compiled, and there is no Swift compiler at "
                + "\(compiler) (SwiftCompiler); compile it where there is one and copy the cache here "
                + "(\(BuildCommandLine.text)), or install Swift \(LoaderSettings.compilerVersion)")
    }

    static func loadFailed(_ path: String, _ reason: String) -> HandlerFailure {
        HandlerFailure(id: "MSW0108", summary: "\(path) cannot be loaded: \(reason)")
    }

    // MARK: Scripts

    static func scriptPhase(_ phase: Phase) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0777",
            summary: "a script makes a response, and \(phase.directive) is not for responses; name "
                + "\(BuiltInHandlers.module)::\(CGI.name) in SwiftHandler")
    }

    static func scriptNotStarted(_ source: String, _ error: any Error) -> HandlerFailure {
        HandlerFailure(id: "MSW0775", summary: "\(source) could not be started: \(error)")
    }

    static func scriptEnded(_ source: String, bySignal signal: Int32) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0774",
            summary: "\(source) was ended by signal \(signal)"
                + ([4, 5].contains(signal) ? ": it trapped" : ""))
    }

    static func scriptIsSilent(_ source: String, seconds: Double) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0776",
            summary:
                "\(source) wrote nothing for \(Timeout(microseconds: Int(seconds * 1e6)).shown) "
                + "seconds (Timeout); it was ended",
            status: .gatewayTimeOut)
    }

    static func scriptHasNoResponse(_ source: String, status: Int) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0778",
            summary:
                "\(source) printed \"Status: \(status)\", which is not the status of a response")
    }

    // MARK: Pages

    static func missingPage(_ path: String) -> HandlerFailure {
        HandlerFailure(id: "MSW0700", summary: "there is no page \(path)")
    }

    static func pagePhase(_ phase: Phase) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0701",
            summary: "a page is a response, and \(phase.directive) is not for responses; name "
                + "\(BuiltInHandlers.module)::\(Pages.name) in SwiftHandler")
    }

    static func noPage(_ path: String) -> HandlerFailure {
        HandlerFailure(id: "MSW0702", summary: "the compiled form of \(path) holds no page")
    }

    static func tooManyTexts(_ limit: Int) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0703",
            summary: "PSP(req, string:) was given more than \(limit) different texts in one "
                + "process; keep what varies in parameters, or pages in files")
    }

    // MARK: In a handler

    static func thrown(_ error: any Error) -> HandlerFailure {
        let failure = HandlerFailure(
            id: "MSW0301", summary: "threw \(ErrorDescription.text(of: error))")
        guard let status = (error as? any StatusError)?.status else { return failure }
        return failure.ending(with: status)
    }

    /// Describes an error that a page has thrown, with its location.
    static func thrown(by page: PageFailure) -> HandlerFailure {
        var failure = HandlerFailure(describing: page.error)
        guard failure.detail.isEmpty else { return failure }
        failure.place = page.place
        failure.thrownAt = page.frames
        return failure
    }

    /// Returns the failure in terms of the directive in which it occurred.
    func of(_ phase: Phase) -> HandlerFailure {
        let argument =
            switch phase {
            case .inputFilter, .outputFilter: "a Filter"
            case .preConnection, .connection: "a Connection"
            case .authnProvider: "a Request, a user and a password"
            case .authzProvider: "a Request and arguments"
            default: "a Request"
            }
        return of(directive: phase.directive, taking: argument)
    }

    /// Returns the failure in terms of a directive that calls functions with an argument of a type.
    func of(directive: String, taking argument: String) -> HandlerFailure {
        guard let missing else { return self }
        var failure = HandlerFailure.noFunction(
            missing.name, in: missing.version, taking: "\(argument), as \(directive) calls it")
        // The message is complete: callers have nothing to add.
        failure.missing = nil
        return failure
    }

    /// Returns the failure with the location at which its error was thrown, if that is known.
    /// Failures caused by the client get no location.
    func located() -> HandlerFailure {
        guard !thrownAt.isEmpty, status.rawValue >= 500 else { return self }
        var failure = self
        failure.place = ThrowLocation.place(of: thrownAt) ?? place
        return failure
    }

    /// Returns the failure with the status that the error requests.
    private func ending(with status: Status) -> HandlerFailure {
        var failure = self
        if (400...599).contains(status.rawValue) { failure.status = status }
        // An error caused by the client is not a failure of the handler.
        if failure.status.rawValue < 500 { failure.level = .warning }
        return failure
    }

    /// Describes one of our errors that handlers may catch, but this one did not.
    static func uncaught(_ error: any ErrorWithID) -> HandlerFailure {
        var failure = HandlerFailure(id: error.messageID, summary: error.description)
        failure.clientNotes = error.clientNotes
        return failure.ending(with: error.status)
    }

    static func invalidStatus(_ status: Status) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0302",
            summary:
                "returned \(status), which is not a valid status; return .ok, .declined, .done or an "
                + "HTTP status from 200 to 599")
    }

    static func idleFilter(_ name: String) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0306",
            summary: "the input filter \(name) neither read nor wrote anything; let it read, "
                + "pass on or close")
    }

    /// - Parameter source: The path of the module that was called.
    static func mistake(
        _ mistake: RequestState.Misuse, in source: String? = nil
    ) -> HandlerFailure {
        var file = authored("\(mistake.file)")
        // The compiler records only the name of the author's file.
        if let source, FilePath.name(of: file) == FilePath.name(of: source) { file = source }
        let place = mistake.line > 0 ? "\(file):\(mistake.line): " : ""
        return HandlerFailure(id: "MSW0303", summary: "\(place)\(mistake.text)")
    }

    static func tooLate(_ status: Status) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0305",
            summary: "ended with \(status) after the response had begun; it was cut off")
    }

    static func afterEnd(_ status: Status) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0760",
            summary:
                "ended with \(status) when the response was complete, as after internalRedirect; "
                + "the client has that response")
    }

    static func wrongLength(
        declared: Int64, written: Int64, isWhole: Bool, isCut: Bool
    ) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0761",
            summary: "the Content-Length was set to \(declared), and \(written) bytes "
                + (isWhole ? "are the whole body; " : "are not yet the whole body; ")
                + (isCut ? "the response was cut off" : "the number was not sent"),
            level: isCut ? .error : .warning)
    }

    static func quarantined(seconds: Int) -> HandlerFailure {
        HandlerFailure(
            id: "MSW0404",
            summary:
                "in quarantine for \(seconds) more seconds (SwiftTrapLimit), or until its source "
                + "changes",
            status: .serviceUnavailable, level: .debug, retryAfter: seconds)
    }

    static var clientGone: HandlerFailure {
        // The client knows; the log needs it only for diagnosis.
        HandlerFailure(id: "MSW0304", summary: "the client has closed the connection", level: .info)
    }

    /// A silent client is not a failure of the handler.
    static var idleClient: HandlerFailure {
        HandlerFailure(
            id: "MSW0739",
            summary: "the client has sent nothing for the time that it had (Timeout)",
            level: .info)
    }

    /// Creates the failure that corresponds to any error.
    init(describing error: any Error) {
        switch error {
        case let failure as HandlerFailure: self = failure
        case is ClientGone: self = .clientGone
        case let error as ServerError where error.isIdleClient: self = .idleClient
        case let error as any ErrorWithID: self = .uncaught(error)
        case let error as PageFailure: self = .thrown(by: error)
        default: self = .thrown(error)
        }
    }

    /// Converts an error before it leaves the trap guard: an author's error is described inside the
    /// guard, so that its description, status and deinit run where a trap can be caught.
    static func contained(_ error: any Error) -> any Error {
        switch error {
        case is Status, is HTTPError, is HandlerFailure, is Trap, is ClientGone, is AnsweredByHttpd,
            is ChildStoppingError:
            return error
        default:
            // Read first: a description may throw and catch other errors.
            let frames = ThrowRecord.frames(of: error)
            var failure = HandlerFailure(describing: error)
            if failure.thrownAt.isEmpty { failure.thrownAt = frames }
            return failure
        }
    }
}

/// A function that a module does not have.
struct MissingFunction: Sendable {
    let name: String
    let version: ModuleVersion
}

/// An error of the library with its own entry in the error reference.
protocol ErrorWithID: StatusError, CustomStringConvertible {
    /// "MSW0600".
    var messageID: String { get }
    /// Details of the client's own mistake that it may see.
    var clientNotes: [String] { get }
}

extension ErrorWithID {
    var clientNotes: [String] { [] }
}

/// Returns a `#fileID` with the author's module name: without the suffix that makes it unique.
func authored(_ file: String) -> String {
    LogText.authored(file, suffixLength: ModuleKey.shortLength)
}
