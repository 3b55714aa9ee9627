// SPDX-License-Identifier: Apache-2.0

internal import CApache

/// The command that compiles the modules in this server's configuration.
enum BuildCommandLine {
    /// The command, as in "sudo modswift build --config /srv/httpd.conf".
    static var text: String {
        var arguments: [String] = []
        // SAFETY: httpd's own arguments, which live as long as the process.
        while let argument = ModSwift.text(unsafe msw_server_argument(Int32(arguments.count))) {
            arguments.append(argument)
        }
        let flag = arguments.firstIndex(of: "-f")
        let file = flag.flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
        return "sudo modswift build --config " + absolute(file ?? SERVER_CONFIG_FILE)
    }

    private static func absolute(_ file: String) -> String {
        file.hasPrefix("/") ? file : "\(HTTPD_ROOT)/\(file)"
    }
}
