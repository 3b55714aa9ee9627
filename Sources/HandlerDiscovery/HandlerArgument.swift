// SPDX-License-Identifier: Apache-2.0

/// The types of ModSwift that a handler can take.
enum HandlerArgument: String {
    case request = "Request"
    case connection = "Connection"
    case filter = "Filter"
    case server = "Server"
    case state = "ModuleState"

    /// The argument type of the function that is called if a directive names only a module.
    init?(ofDefaultName name: String) {
        guard Self.defaultNames.contains(name) else { return nil }
        switch name {
        case "connectionHandler", "preConnectionHandler": self = .connection
        case "inputFilter", "outputFilter": self = .filter
        default: self = .request
        }
    }

    /// The rule, for a message to the author.
    var rule: String {
        switch self {
        case .request: "a handler takes one Request"
        case .connection: "a connection handler takes one Connection"
        case .filter: "a filter takes one Filter"
        case .server: "a function for SwiftImport takes one Server"
        case .state: "a function that hands state over takes one ModuleState"
        }
    }

    /// The usual parameter of an initialiser for this argument.
    var parameter: String {
        switch self {
        case .request: "_ req: Request"
        case .connection: "_ conn: Connection"
        case .filter: "_ filter: Filter"
        case .server: "_ server: Server"
        case .state: "_ state: ModuleState"
        }
    }

    private static let defaultNames: Set = [
        "postReadRequestHandler", "transHandler", "headerParserHandler", "initHandler",
        "accessHandler", "authenHandler", "authzHandler", "typeHandler", "fixupHandler", "handler",
        "logHandler", "cleanupHandler", "inputFilter", "outputFilter", "connectionHandler",
        "preConnectionHandler", "quickHandler", "mapToStorageHandler",
    ]
}
