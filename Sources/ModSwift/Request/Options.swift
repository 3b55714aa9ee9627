// SPDX-License-Identifier: Apache-2.0

/// The values of `SwiftOption` that are in effect for a request or a server. Read them while it lives.
///
/// Corresponds to `req.get_options()` in mod_python, which could be changed by reading it (N4-09).
public struct Options: Sequence {
    private let owner: ConfigurationOwner

    init(of owner: ConfigurationOwner) { self.owner = owner }

    /// The value of an option; nil where it is not set. Keys compare without case.
    public subscript(key: String) -> String? { owner.configuration?.option(key) }

    /// The value of an option of ours; nil where it is not set.
    func value(_ key: StaticString) -> String? { owner.configuration?.option(key) }

    /// All options in effect, in the order of the configuration.
    public func makeIterator() -> IndexingIterator<[(key: String, value: String)]> {
        (owner.configuration?.options ?? []).makeIterator()
    }
}
