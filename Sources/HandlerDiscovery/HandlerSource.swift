// SPDX-License-Identifier: Apache-2.0

/// One file of a handler module, as its author wrote it.
public struct HandlerSource: Sendable {
    /// The author's path; the compiler names it when it has something to say.
    public var path: String

    /// The Swift source text, valid or not.
    public var text: String

    /// Makes a source file from its path and its text; nothing is read from disk.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
