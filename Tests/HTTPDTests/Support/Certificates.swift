// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Testing

/// Files for TLS servers and clients, created with the openssl command.
enum Certificates {
    /// Returns the directives of a TLS server with the files in a directory.
    static func directives(in directory: String) -> String {
        """
        SSLEngine On
        SSLCertificateFile "\(directory)/server.pem"
        SSLCertificateKeyFile "\(directory)/server.key"
        SSLSessionCache none
        """
    }

    /// Allows warnings about a missing session cache, a name other than the server's, and a
    /// distribution's libraries of another version.
    static func allowWarnings(_ server: HTTPD) {
        for id in ["AH01873", "AH01909", "AH01882"] { server.allowLog(containing: id) }
    }

    /// Creates a CA, a server certificate and a client certificate in a directory: the same in all
    /// tests.
    static func make(in directory: String) throws {
        for (name, contents) in try files.get() {
            try contents.write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
    }

    private static let files = Result {
        try withTemporaryDirectory { directory in
            try fill(directory)
            let names = try FileTree.names(in: directory)
            return try names.map { name in
                (name, try #require(FileManager.default.contents(atPath: "\(directory)/\(name)")))
            }
        }
    }

    private static func fill(_ directory: String) throws {
        func openssl(_ words: String...) throws {
            try Shell.run(["openssl"] + words)
        }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try Shell.run(
            ["openssl", "req", "-x509", "-days", "2", "-subj", "/CN=A test CA"] + key
                + ["-keyout", "\(directory)/ca.key", "-out", "\(directory)/ca.pem"])
        for (name, subject, serial) in [
            ("server", "/CN=localhost", "9"), ("ann", "/O=Example/CN=ann", "10"),
        ] {
            try Shell.run(
                ["openssl", "req", "-subj", subject] + key
                    + ["-keyout", "\(directory)/\(name).key", "-out", "\(directory)/\(name).csr"])
            try openssl(
                "x509", "-req", "-in", "\(directory)/\(name).csr", "-days", "2", "-CA",
                "\(directory)/ca.pem", "-CAkey", "\(directory)/ca.key", "-set_serial", serial,
                "-out", "\(directory)/\(name).pem")
        }
    }
}
