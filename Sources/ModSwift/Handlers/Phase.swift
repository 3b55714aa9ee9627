// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// A step of processing a request, at which handlers run.
///
/// Corresponds to `req.phase` in mod_python, which gives the directive's name; see ``directive``.
public struct Phase: RawRepresentable, Hashable, Sendable {
    /// The position in the order in which httpd runs the phases.
    public let rawValue: UInt8

    /// Creates a phase from its position; nil if there is none.
    public init?(rawValue: UInt8) {
        guard rawValue < Self.names.count else { return nil }
        self.rawValue = rawValue
    }

    private init(position: UInt8) { rawValue = position }

    /// Decides whether the client may connect. `SwiftPreConnectionHandler`.
    public static let preConnection = Phase(position: 0)
    /// Handles a connection, before HTTP. `SwiftConnectionHandler`.
    public static let connection = Phase(position: 1)
    /// The request has been read, its URI not yet translated. `SwiftPostReadRequestHandler`.
    public static let postReadRequest = Phase(position: 2)
    /// Can respond to the request at once. `SwiftQuickHandler`.
    public static let quick = Phase(position: 3)
    /// Translates the URI to a file name. `SwiftTransHandler`.
    public static let trans = Phase(position: 4)
    /// Decides whether the request is for a file. `SwiftMapToStorageHandler`.
    public static let mapToStorage = Phase(position: 5)
    /// The first phase in which the directory is known. `SwiftHeaderParserHandler`.
    public static let headerParser = Phase(position: 6)
    /// The first handler of a request, wherever it is configured. `SwiftInitHandler`.
    public static let initial = Phase(position: 7)
    /// Decides whether the client has access, independent of its user. `SwiftAccessHandler`.
    public static let access = Phase(position: 8)
    /// Authenticates the user. `SwiftAuthenHandler`.
    public static let authen = Phase(position: 9)
    /// Decides whether the user has access. `SwiftAuthzHandler`.
    public static let authz = Phase(position: 10)
    /// Determines the type of the content. `SwiftTypeHandler`.
    public static let type = Phase(position: 11)
    /// The last phase before content. `SwiftFixupHandler`.
    public static let fixup = Phase(position: 12)
    /// Writes the response. `SwiftHandler`.
    public static let content = Phase(position: 13)
    /// Runs after the response. `SwiftLogHandler`.
    public static let log = Phase(position: 14)
    /// Runs before the request's memory is freed. `SwiftCleanupHandler`.
    public static let cleanup = Phase(position: 15)
    /// `SwiftInputFilter`.
    public static let inputFilter = Phase(position: 16)
    /// `SwiftOutputFilter`.
    public static let outputFilter = Phase(position: 17)
    /// Checks a user for httpd, within ``authen``. `SwiftAuthnProvider`.
    public static let authnProvider = Phase(position: 18)
    /// Checks a `Require` line for httpd, before or within ``authz``. `SwiftAuthzProvider`.
    public static let authzProvider = Phase(position: 19)

    /// The directive that configures handlers for the phase, as in "SwiftHandler".
    public var directive: String { Self.names[Int(rawValue)].directive }

    /// The function that is called when the directive names only a module, as in "handler".
    public var defaultFunction: String { Self.names[Int(rawValue)].function }

    /// The number of phases.
    static var count: Int { names.count }

    /// Finds the phase of requests that a directive configures; nil if there is none.
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
