// SPDX-License-Identifier: Apache-2.0

/// The handlers that come with mod_swift, as in `SwiftHandler mod_swift::status`.
///
/// They have no source and no namespace, and nothing is searched for them. Apart from that they are
/// handlers like any other, called through the same door.
enum BuiltInHandlers {
    /// The name of a module that no file stands for.
    static let module = "mod_swift"

    private static let all: [String: BuiltInHandler] = [
        "status": BuiltInHandler("status", StatusHandler.answer)
    ]

    /// As a directive names them.
    static var names: [String] { all.keys.sorted().map { "\(module)::\($0)" } }

    /// One of them, by what stands behind the colons.
    ///
    /// - Throws: ``HandlerFailure`` where there is none of the name.
    static func handler(_ name: String) throws -> Immortal<LoadedHandler> {
        guard let handler = all[name]?.loaded else { throw HandlerFailure.noBuiltIn(name) }
        return handler
    }
}

/// A handler of our own, in the form that the loader hands out.
private final class BuiltInHandler: Sendable {
    private let reference = ImmortalReference<LoadedHandler>()

    init(_ name: String, _ body: @escaping @Sendable (Request) throws -> Status) {
        reference.store(LoadedHandler(version: nil, name: name, handler: .request(body)))
    }

    var loaded: Immortal<LoadedHandler>? { reference.load() }
}
