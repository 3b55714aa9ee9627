// SPDX-License-Identifier: Apache-2.0

/// The handlers that come with mod_swift, as in `SwiftHandler mod_swift::status`.
///
/// They have no source and no namespace, and nothing is searched for them. Apart from that they are
/// handlers like any other.
enum BuiltInHandlers {
    /// The name of a module that no file stands for.
    static let module = "mod_swift"

    private static let all: [String: ImmortalHandler] = [
        "status": ImmortalHandler(
            LoadedHandler(version: nil, name: "status", StatusHandler.answer)),
        "freezeModules": ImmortalHandler(
            LoadedHandler(
                version: nil, name: "freezeModules",
                handler: .server { _ in Apache.freezeModules() })),
    ]

    /// As a directive names them; scripts, the publisher and pages are no handlers of their own.
    static var names: [String] {
        (all.keys + [CGI.name, Pages.name, Publisher.name]).sorted().map { "\(module)::\($0)" }
    }

    /// One of them, by what stands behind the colons.
    ///
    /// - Throws: ``HandlerFailure`` where there is none of the name.
    static func handler(_ name: String) throws -> Immortal<LoadedHandler> {
        guard let handler = all[name]?.loaded else { throw HandlerFailure.noBuiltIn(name) }
        return handler
    }
}
