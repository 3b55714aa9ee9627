// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// Writes a file below ``htdocs`` that the children can read.
    ///
    /// The file appears complete, replacing one of the same name; directories are created as
    /// needed.
    ///
    /// - Parameters:
    ///   - relativePath: The path, relative to ``htdocs``: `"hello/hello.swift"`.
    ///   - text: The contents.
    /// - Returns: The absolute path.
    /// - Throws: ``HTTPDError`` if it cannot be written.
    @discardableResult
    public func write(_ relativePath: String, _ text: String) throws -> String {
        try write(relativePath, bytes: Array(text.utf8))
    }

    /// Writes a file of bytes below ``htdocs`` that the children can read.
    ///
    /// - Parameters:
    ///   - relativePath: The path, relative to ``htdocs``.
    ///   - bytes: The contents.
    /// - Returns: The absolute path.
    /// - Throws: ``HTTPDError`` if it cannot be written.
    @discardableResult
    public func write(_ relativePath: String, bytes: [UInt8]) throws -> String {
        let path = "\(htdocs)/\(relativePath)"
        try directory.makeParents(of: path)
        try directory.write(bytes, to: path)
        return path
    }

    /// Removes a file, or a directory with its contents, below ``htdocs``.
    ///
    /// - Parameter relativePath: The path, relative to ``htdocs``.
    /// - Throws: A Foundation error if it does not exist, or cannot be removed.
    public func remove(_ relativePath: String) throws {
        try FileManager.default.removeItem(atPath: "\(htdocs)/\(relativePath)")
    }
}
