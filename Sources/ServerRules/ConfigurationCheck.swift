// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// Finds directives that are valid but cannot have an effect in their context.
///
/// It uses the configuration as httpd has read it. The contents of .htaccess files are not known,
/// so nothing is reported if they could make a difference.
package struct ConfigurationCheck {
    let tree: [DirectiveNode]
    let directives: [DirectiveInContext]

    let files: ConfiguredFiles
    private let isOneProcess: Bool

    /// - Parameters:
    ///   - isOneProcess: Whether the server was started with -X, or with -D ONE_PROCESS.
    ///   - files: The access to the file system.
    package init(_ tree: [DirectiveNode], isOneProcess: Bool, files: ConfiguredFiles) {
        self.tree = tree
        self.isOneProcess = isOneProcess
        self.files = files
        directives = DirectiveInContext.all(in: tree)
    }

    /// The messages for the log.
    package var warnings: [String] {
        handlersThatNothingReaches + handlersThatNothingAsks + filtersThatNothingUses
            + providersThatNothingAsks + permissionsThatNobodyCanUse + handlersOfLaterHosts
            + debuggersThatNobodyAwaits + requestsWithoutHandlers + misspelledHandlers
            + missingNames
    }

    private var debuggersThatNobodyAwaits: [String] {
        isOneProcess
            ? []
            : directives.map(\.directive).filter { $0.isNamed("SwiftEnableDebugger") && $0.isOn }
                .map {
                    "MSW0546: \($0.name) (\($0.place)) is ignored: the server is more than one "
                        + "process; start it with \"httpd -X\""
                }
    }

    private var handlersThatNothingAsks: [String] {
        let somethingAsks = directives.map(\.directive).contains {
            $0.asksForUser || $0.letsHtaccess(hold: "AuthConfig")
        }
        return Self.sections(of: tree).flatMap { section in
            let requires = Self.all(in: section).filter { $0.isNamed("Require") }
            let isReached =
                requires.isEmpty ? somethingAsks : requires.contains(where: \.asksForUser)
            return isReached
                ? [] : section.filter(\.needsUser).map { Self.warning($0, requires.isEmpty) }
        }
    }

    private static func warning(_ directive: DirectiveNode, _ isAlone: Bool) -> String {
        "MSW0503: \(directive.name) (\(directive.place)) will never be called: "
            + (isAlone
                ? "nothing in the configuration asks for a user"
                : "no Require line of its section asks for a user")
            + "; add one that does, such as \"Require valid-user\""
    }

    /// Returns the directives of each section, and those outside any section.
    private static func sections(of directives: [DirectiveNode]) -> [[DirectiveNode]] {
        [directives]
            + directives.flatMap { $0.isSection ? sections(of: $0.children) : [] }
    }

    private static func all(in directives: [DirectiveNode]) -> [DirectiveNode] {
        directives.flatMap { [$0] + all(in: $0.children) }
    }
}

extension DirectiveNode {
    /// Whether it is a handler that httpd calls only to determine a user or the user's rights.
    fileprivate var needsUser: Bool {
        isNamed("SwiftAuthenHandler") || isNamed("SwiftAuthzHandler")
    }

    /// Whether it is a Require for which a user must log in; an unknown provider may be one.
    fileprivate var asksForUser: Bool {
        guard isNamed("Require") else { return false }
        let words = args.lowercased().split(whereSeparator: \.isWhitespace)
        guard let provider = words.first(where: { $0 != "not" }) else { return false }
        let others = ["all", "env", "expr", "forward-dns", "host", "ip", "local", "method"]
        return !others.contains { $0 == provider }
    }
}
