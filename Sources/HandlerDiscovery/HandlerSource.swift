// SPDX-License-Identifier: Apache-2.0

/// One file of a handler module, as its author wrote it.
public struct HandlerSource: Sendable {
    /// The author's path, which the compiler prints in its messages.
    public var path: String

    /// The Swift source text, valid or not.
    public var text: String

    /// Creates a source file from its path and its text; reads nothing from disk.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
