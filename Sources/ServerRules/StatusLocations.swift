// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The locations at which `mod_swift::status` is available, as far as the configuration shows that
/// clearly: in a `<Location>` for one path, of the server or of a virtual host, with a Require line
/// that determines who has access.
package struct StatusLocations {
    private let tree: [DirectiveNode]

    package init(_ tree: [DirectiveNode]) { self.tree = tree }

    /// Returns the path of a location to which a client has access or for which it is asked for a
    /// password; nil if none is known.
    ///
    /// - Parameters:
    ///   - fileName: The file in which the section of the request's virtual host begins; nil for
    ///     the main server.
    ///   - line: The line in that file.
    ///   - isLocal: Whether the client is on this machine.
    package func path(fileName: String?, line: Int, isLocal: Bool) -> String? {
        let host = tree.first {
            $0.isNamed("VirtualHost") && $0.fileName == fileName && $0.line == line
        }
        return ((host?.children ?? []) + tree).lazy.compactMap {
            $0.isStatus && $0.letsIn(isLocal: isLocal) ? $0.plainPath : nil
        }.first
    }
}

extension DirectiveNode {
    fileprivate var isStatus: Bool {
        isNamed("Location")
            && children.contains { $0.isNamed("SetHandler") && $0.words == ["mod_swift"] }
            && children.contains { $0.isNamed("SwiftHandler") && $0.words == ["mod_swift::status"] }
    }

    /// Whether its own Require lines grant access to a client; one of several lines is enough, as
    /// in httpd. Without such lines other sections decide.
    fileprivate func letsIn(isLocal: Bool) -> Bool {
        guard !children.contains(where: { $0.isSection || $0.isNamed("AuthMerging") }) else {
            return false
        }
        return children.contains { line in
            guard line.isNamed("Require") else { return false }
            let words = line.words.map { $0.lowercased() }
            return words == ["all", "granted"] || words == ["local"] && isLocal
                || words.first.map { ["valid-user", "user", "group"].contains($0) } == true
        }
    }
}
