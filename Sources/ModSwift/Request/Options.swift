// SPDX-License-Identifier: Apache-2.0

/// The values of `SwiftOption` that are in effect for a request.
///
/// Corresponds to `req.get_options()` in mod_python, which could be changed by reading it (N4-09).
public struct Options: Sequence {
    private let configuration: DirectoryConfiguration?

    init(_ configuration: DirectoryConfiguration?) { self.configuration = configuration }

    /// The value of an option; nil where it is not set. Keys compare without case.
    public subscript(key: String) -> String? { configuration?.option(key) }

    /// All options in effect, in the order of the configuration.
    public func makeIterator() -> IndexingIterator<[(key: String, value: String)]> {
        (configuration?.options ?? []).makeIterator()
    }
}
