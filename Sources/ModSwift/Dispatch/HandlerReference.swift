// SPDX-License-Identifier: Apache-2.0

/// A handler that a request must call: a name in a directive, or one added by code.
enum HandlerReference {
    case configured(HandlerEntry)
    case added(AddedHandler)
    /// One of a provider's functions.
    case provided(HandlerEntry, Provider)

    /// The handler's name as its author wrote it: "module" or "module::function".
    var word: String {
        switch self {
        case .configured(let entry), .provided(let entry, _):
            entry.function.map { "\(entry.module)::\($0)" } ?? entry.module
        case .added(let handler): handler.word
        }
    }

    /// The entry of the directive that names it; nil if code has added it.
    @inline(__always)
    var entry: HandlerEntry? {
        switch self {
        case .configured(let entry), .provided(let entry, _): entry
        case .added: nil
        }
    }

    /// The name in the log: a provider has one name for all its functions.
    var shownName: String {
        guard case .provided(_, let provider) = self else { return word }
        return provider.name
    }
}
