// SPDX-License-Identifier: Apache-2.0

/// The handlers that come with mod_swift, as in `SwiftHandler mod_swift::status`.
///
/// They have no source and no namespace, and no file is searched for them. Otherwise they are
/// handlers like any other.
enum BuiltInHandlers {
    /// The name of the module that has no file.
    static let module = "mod_swift"

    private static let all: [String: ImmortalHandler] = [
        "status": ImmortalHandler(
            LoadedHandler(version: nil, name: "status", StatusHandler.answer)),
        "freezeModules": ImmortalHandler(
            LoadedHandler(
                version: nil, name: "freezeModules",
                handler: .server { _ in Apache.freezeModules() })),
    ]

    /// The names as directives use them, without scripts, the publisher and pages, which are not
    /// handlers in this list.
    static var names: [String] {
        (all.keys + [CGI.name, Pages.name, Publisher.name]).sorted().map { "\(module)::\($0)" }
    }

    /// Returns the handler with the name that follows `mod_swift::`.
    ///
    /// - Throws: ``HandlerFailure`` if there is no handler of that name.
    static func handler(_ name: String) throws -> Immortal<LoadedHandler> {
        guard let handler = all[name]?.loaded else { throw HandlerFailure.noBuiltIn(name) }
        return handler
    }
}
