// SPDX-License-Identifier: Apache-2.0

/// A required parameter of a page has no value, or a value of another type.
public struct PageParameterError: Error, Sendable, CustomStringConvertible {
    /// The page's path.
    public let page: String
    /// The parameter's name.
    public let name: String
    /// The type that the page declares.
    public let expected: String
    /// The type of the value; nil if there was none.
    public let given: String?

    /// One sentence.
    public var description: String {
        let what = given.map { "was given \($0)" } ?? "was given none"
        return "\(page) declares the parameter \(name): \(expected), and \(what)"
    }
}
