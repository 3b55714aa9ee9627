// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPD {
    /// Writes a file below ``htdocs`` that the children can read.
    ///
    /// The file appears whole, replacing one of the same name; directories are made as needed.
    ///
    /// - Parameters:
    ///   - relativePath: Where, seen from ``htdocs``: `"hello/hello.swift"`.
    ///   - text: What.
    /// - Returns: The absolute path.
    /// - Throws: ``HTTPDError`` when it cannot be written.
    @discardableResult
    public func write(_ relativePath: String, _ text: String) throws -> String {
        try write(relativePath, bytes: Array(text.utf8))
    }

    /// Writes a file of bytes below ``htdocs`` that the children can read.
    ///
    /// - Parameters:
    ///   - relativePath: Where, seen from ``htdocs``.
    ///   - bytes: What.
    /// - Returns: The absolute path.
    /// - Throws: ``HTTPDError`` when it cannot be written.
    @discardableResult
    public func write(_ relativePath: String, bytes: [UInt8]) throws -> String {
        let path = "\(htdocs)/\(relativePath)"
        try directory.makeParents(of: path)
        try directory.write(bytes, to: path)
        return path
    }

    /// Removes a file, or a directory with all it holds, below ``htdocs``.
    ///
    /// - Parameter relativePath: Which, seen from ``htdocs``.
    /// - Throws: An error of Foundation's when there is none, or it cannot be removed.
    public func remove(_ relativePath: String) throws {
        try FileManager.default.removeItem(atPath: "\(htdocs)/\(relativePath)")
    }
}
