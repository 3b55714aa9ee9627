// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

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

    /// May this client connect? `SwiftPreConnectionHandler`.
    public static let preConnection = Phase(position: 0)
    /// A connection, before HTTP. `SwiftConnectionHandler`.
    public static let connection = Phase(position: 1)
    /// The request was read, its URI not yet translated. `SwiftPostReadRequestHandler`.
    public static let postReadRequest = Phase(position: 2)
    /// May it be answered at once? `SwiftQuickHandler`.
    public static let quick = Phase(position: 3)
    /// URI to file name. `SwiftTransHandler`.
    public static let trans = Phase(position: 4)
    /// Is it for a file? `SwiftMapToStorageHandler`.
    public static let mapToStorage = Phase(position: 5)
    /// The first phase in which the directory is known. `SwiftHeaderParserHandler`.
    public static let headerParser = Phase(position: 6)
    /// The first handler of a request, wherever it is configured. `SwiftInitHandler`.
    public static let initial = Phase(position: 7)
    /// May this client come here? `SwiftAccessHandler`.
    public static let access = Phase(position: 8)
    /// Who is it? `SwiftAuthenHandler`.
    public static let authen = Phase(position: 9)
    /// May they? `SwiftAuthzHandler`.
    public static let authz = Phase(position: 10)
    /// What is it? `SwiftTypeHandler`.
    public static let type = Phase(position: 11)
    /// The last phase before content. `SwiftFixupHandler`.
    public static let fixup = Phase(position: 12)
    /// The response. `SwiftHandler`.
    public static let content = Phase(position: 13)
    /// After the response. `SwiftLogHandler`.
    public static let log = Phase(position: 14)
    /// The end of the request's memory. `SwiftCleanupHandler`.
    public static let cleanup = Phase(position: 15)
    /// `SwiftInputFilter`.
    public static let inputFilter = Phase(position: 16)
    /// `SwiftOutputFilter`.
    public static let outputFilter = Phase(position: 17)
    /// httpd asks about a user, within ``authen``. `SwiftAuthnProvider`.
    public static let authnProvider = Phase(position: 18)
    /// httpd asks about a `Require` line, before or within ``authz``. `SwiftAuthzProvider`.
    public static let authzProvider = Phase(position: 19)

    /// The directive that configures handlers for the phase, as in "SwiftHandler".
    public var directive: String { Self.names[Int(rawValue)].directive }

    /// The function that is called when the directive names only a module, as in "handler".
    public var defaultFunction: String { Self.names[Int(rawValue)].function }

    /// How many there are.
    static var count: Int { names.count }

    /// The phase of requests that a directive configures; nil where there is none.
    init?(ofRequest directive: String) {
        let others = [
            Self.preConnection, .connection, .initial, .cleanup, .inputFilter, .outputFilter,
            .authnProvider, .authzProvider,
        ]
        guard
            let position = Self.names.firstIndex(where: { namesAreEqual($0.directive, directive) }),
            let phase = Phase(rawValue: UInt8(position)), !others.contains(phase)
        else { return nil }
        self = phase
    }

    private static let names: [(directive: String, function: String)] = [
        ("SwiftPreConnectionHandler", "preConnectionHandler"),
        ("SwiftConnectionHandler", "connectionHandler"),
        ("SwiftPostReadRequestHandler", "postReadRequestHandler"),
        ("SwiftQuickHandler", "quickHandler"),
        ("SwiftTransHandler", "transHandler"),
        ("SwiftMapToStorageHandler", "mapToStorageHandler"),
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
