// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting

/// A server whose directory /cgi holds scripts in Swift.
enum CGISite {
    /// Runs a body against a server.
    ///
    /// - Parameter scripts: Files of the directory, by name.
    static func with<Result>(
        _ scripts: [String: String], mpm: MPM = .event, modules: [String] = [],
        directives: String = "", _ body: (HTTPD) throws -> Result
    ) throws -> Result {
        let text = """
            <Directory "${HTDOCS}/cgi">
                AddHandler mod_swift .cgi
                SwiftHandler mod_swift::cgi
                \(directives)
            </Directory>
            """
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm, modules: modules, text: text)
        configuration.children = 1
        return try HTTPD.with(configuration) { server throws in
            for (name, script) in scripts { try server.write("cgi/\(name)", script) }
            return try body(server)
        }
    }

    /// A script that prints its environment, one variable a line.
    static let environment = """
        import Glibc
        print("Content-Type: text/plain\\n")
        var next = environ
        while let text = next.pointee {
            print(String(cString: text))
            next += 1
        }
        """

    /// A script that writes what it reads.
    static let echo = """
        import Glibc
        fputs("Content-Type: application/octet-stream\\n\\n", stdout)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count <= 0 { break }
            fwrite(buffer, 1, count, stdout)
        }
        """
}

extension HTTPD {
    func cgi(_ name: String, headers: HeaderFields = [:]) throws -> Response {
        try get("/cgi/\(name)", headers: headers)
    }
}
