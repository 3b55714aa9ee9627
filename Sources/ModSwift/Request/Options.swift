// SPDX-License-Identifier: Apache-2.0

/// The values of `SwiftOption` that are in effect for a request or a server. Valid as long as the
/// request or server.
///
/// Corresponds to `req.get_options()` in mod_python, where reading could change the options
/// (N4-09).
public struct Options: Sequence {
    private let owner: ConfigurationOwner

    init(of owner: ConfigurationOwner) { self.owner = owner }

    /// The value of an option; nil if it is not set. Keys are case-insensitive.
    public subscript(key: String) -> String? { owner.configuration?.option(key) }

    /// The value of an option that mod_swift defines; nil if it is not set.
    func value(_ key: StaticString) -> String? { owner.configuration?.option(key) }

    /// Returns an iterator over all options in effect, in the order of the configuration.
    public func makeIterator() -> IndexingIterator<[(key: String, value: String)]> {
        (owner.configuration?.options ?? []).makeIterator()
    }
}
