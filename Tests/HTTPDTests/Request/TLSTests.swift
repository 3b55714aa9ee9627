// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TLSTests {
    private static let source = """
        func handler(_ req: Request) throws -> String {
            guard let tls = req.tls else { return "no TLS \\(req.isHTTPS) \\(req.sslVarLookup("SSL_CIPHER") ?? "nil")" }
            return [
                "\\(req.isHTTPS) \\(tls.protocolVersion ?? "-") \\(tls.cipher != nil) \\((tls.keySize ?? 0) >= 128)",
                "\\(tls.serverName ?? "-") \\(tls.isResumed) \\(tls.sessionID?.isEmpty ?? true)",
                "\\(tls.clientVerify ?? "-") \\(tls.isClientVerified) \\(tls.clientCertificate?.subject ?? "-")",
                "\\(tls.clientCertificate?.issuer ?? "-") \\(tls.clientCertificate?.serial ?? "-")",
                "\\(tls.clientCertificate?.field("S_DN_CN") ?? "-") \\(tls.clientCertificate?.field("NO") ?? "-")",
                "\\(tls.clientCertificate?.pem?.hasPrefix("-----BEGIN CERTIFICATE-----") ?? false)",
                "\\(tls.clientCertificate?.notBefore?.hasSuffix("GMT") ?? false)",
                "\\(tls.clientCertificate?.notAfter?.hasSuffix("GMT") ?? false)",
                "\\(tls.serverCertificate?.subject ?? "-")",
                "\\(req.sslVarLookup("SSL_TLS_SNI") ?? "nil") \\(req.sslVarLookup("NO_SUCH") ?? "nil")",
                try req.constructURL("/a"),
            ].joined(separator: "\\n")
        }
        """

    @Test func theFactsOfAnEncryptedConnectionCanBeRead() throws {
        try withTemporaryDirectory { directory in
            try Certificates.make(in: directory)
            let text = """
                \(Certificates.directives(in: directory))
                SSLCACertificateFile "\(directory)/ca.pem"
                SSLVerifyClient optional
                Protocols h2 http/1.1
                """
            try SwiftSite.with(
                Self.source, modules: ["ssl", "http2", "socache_shmcb"], global: text
            ) { server throws in
                Certificates.allowWarnings(server)
                let certificate = [
                    "--cert", "\(directory)/ann.pem", "--key", "\(directory)/ann.key",
                ]
                for version in ["--http1.1", "--http2"] {
                    let known = try Self.ask(server, directory, [version] + certificate)
                    let expected = """
                        true TLSv1.3 true true
                        localhost false
                        SUCCESS true CN=ann,O=Example
                        CN=A test CA 0A
                        ann -
                        true
                        true
                        true
                        CN=localhost
                        localhost nil
                        https://localhost:\(server.port)/a
                        """
                    #expect(
                        known.replacing(/localhost false (true|false)/, with: "localhost false")
                            == expected)
                    let stranger = try Self.ask(server, directory, [version])
                    #expect(stranger.contains("\nNONE false -\n- -\n- -\nfalse\n"))
                }
            }
        }
    }

    @Test(arguments: [["ssl", "socache_shmcb"], []])
    func withoutEncryptionThereIsNothingToRead(modules: [String]) throws {
        try SwiftSite.with(Self.source, modules: modules) { server throws in
            Certificates.allowWarnings(server)
            #expect(try server.app().text == "no TLS false nil")
        }
    }

    private static func ask(
        _ server: HTTPD, _ directory: String, _ arguments: [String]
    ) throws -> String {
        try Shell.run(
            [
                "curl", "-q", "-sS", "-m", "30", "--noproxy", "*", "--cacert",
                "\(directory)/ca.pem",
                "--resolve", "localhost:\(server.port):127.0.0.1",
            ] + arguments + ["https://localhost:\(server.port)/app/x.do"])
    }
}
