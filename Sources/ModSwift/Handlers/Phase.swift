// SPDX-License-Identifier: Apache-2.0

/// A step in the life of a request at which handlers run.
///
/// Corresponds to `req.phase` in mod_python, which gives the directive's name; see ``directive``.
public struct Phase: RawRepresentable, Hashable, Sendable {
    /// The position in the order in which httpd comes to the phases.
    public let rawValue: UInt8

    /// Makes a phase from its position; nil where there is none.
    public init?(rawValue: UInt8) {
        guard rawValue < Self.names.count else { return nil }
        self.rawValue = rawValue
    }

    private init(position: UInt8) { rawValue = position }

    /// A connection, before HTTP. `SwiftConnectionHandler`.
    public static let connection = Phase(position: 0)
    /// The request was read, its URI not yet translated. `SwiftPostReadRequestHandler`.
    public static let postReadRequest = Phase(position: 1)
    /// URI to file name. `SwiftTransHandler`.
    public static let trans = Phase(position: 2)
    /// The first phase in which the directory is known. `SwiftHeaderParserHandler`.
    public static let headerParser = Phase(position: 3)
    /// The first handler of a request, wherever it is configured. `SwiftInitHandler`.
    public static let initial = Phase(position: 4)
    /// May this client come here? `SwiftAccessHandler`.
    public static let access = Phase(position: 5)
    /// Who is it? `SwiftAuthenHandler`.
    public static let authen = Phase(position: 6)
    /// May they? `SwiftAuthzHandler`.
    public static let authz = Phase(position: 7)
    /// What is it? `SwiftTypeHandler`.
    public static let type = Phase(position: 8)
    /// The last phase before content. `SwiftFixupHandler`.
    public static let fixup = Phase(position: 9)
    /// The answer. `SwiftHandler`.
    public static let content = Phase(position: 10)
    /// After the answer. `SwiftLogHandler`.
    public static let log = Phase(position: 11)
    /// The end of the request's memory. `SwiftCleanupHandler`.
    public static let cleanup = Phase(position: 12)
    /// `SwiftInputFilter`.
    public static let inputFilter = Phase(position: 13)
    /// `SwiftOutputFilter`.
    public static let outputFilter = Phase(position: 14)
    /// httpd asks about a user, within ``authen``. `SwiftAuthnProvider`.
    public static let authnProvider = Phase(position: 15)
    /// httpd asks about a `Require` line, before or within ``authz``. `SwiftAuthzProvider`.
    public static let authzProvider = Phase(position: 16)

    /// The directive that configures handlers for the phase, as in "SwiftHandler".
    public var directive: String { Self.names[Int(rawValue)].directive }

    /// The function that is called when the directive names only a module, as in "handler".
    public var defaultFunction: String { Self.names[Int(rawValue)].function }

    private static let names: [(directive: String, function: String)] = [
        ("SwiftConnectionHandler", "connectionHandler"),
        ("SwiftPostReadRequestHandler", "postReadRequestHandler"),
        ("SwiftTransHandler", "transHandler"),
        ("SwiftHeaderParserHandler", "headerParserHandler"),
        ("SwiftInitHandler", "initHandler"),
        ("SwiftAccessHandler", "accessHandler"),
        ("SwiftAuthenHandler", "authenHandler"),
        ("SwiftAuthzHandler", "authzHandler"),
        ("SwiftTypeHandler", "typeHandler"),
        ("SwiftFixupHandler", "fixupHandler"),
        ("SwiftHandler", "handler"),
        ("SwiftLogHandler", "logHandler"),
        ("SwiftCleanupHandler", "cleanupHandler"),
        ("SwiftInputFilter", "inputFilter"),
        ("SwiftOutputFilter", "outputFilter"),
        ("SwiftAuthnProvider", "authnProvider"),
        ("SwiftAuthzProvider", "authzProvider"),
    ]
}

extension Phase: CustomStringConvertible {
    /// The directive's name.
    public var description: String { directive }
}
