// SPDX-License-Identifier: Apache-2.0

import HandlerDiscovery

extension Registration {
    /// Creates the registration of a module with a single file, `/srv/hello.swift`.
    init(of text: String) {
        self.init(of: [HandlerSource(path: "/srv/hello.swift", text: text)])
    }

    /// The lines of its text, without indentation.
    var lines: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0.drop { $0 == " " }) }
    }

    /// Returns the argument after the name in the first `add` for a name.
    func registered(_ name: String) -> String? {
        let start = "_msw_registrar.add(\"\(name)\", "
        return lines.first { $0.hasPrefix(start) }?.dropFirst(start.count).dropLast().description
    }

    /// Returns the call in the closure that is registered under a name.
    func called(_ name: String) -> String? {
        let end = " }; _msw_registrar.add(\"\(name)\", _msw_handler) }"
        guard let line = lines.first(where: { $0.hasSuffix(end) }) else { return nil }
        return line.dropLast(end.count).split(separator: " in ", maxSplits: 1).last?.description
    }
}
