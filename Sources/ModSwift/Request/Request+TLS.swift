// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Whether the client's connection to this server is encrypted. `req.is_https()`.
    public var isHTTPS: Bool { live.isHTTPS }

    /// Information about the client's TLS connection; nil if it is not encrypted.
    public var tls: TLS? { isHTTPS ? TLS(self) : nil }

    /// The value of one of mod_ssl's variables.
    ///
    /// - Parameter name: As in mod_ssl's documentation: "SSL_CIPHER", "SSL_CLIENT_S_DN_CN" …
    ///   ``tls`` has properties for the common ones.
    /// - Returns: The value; nil if mod_ssl has none, or is not loaded.
    ///
    /// Corresponds to `req.ssl_var_lookup()` in mod_python; to `ap_ssl_var_lookup`.
    public func sslVarLookup(_ name: String) -> String? {
        // mod_ssl returns "" for unknown values.
        live.tlsVariable(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Information about an encrypted connection. Valid only while its request is being handled.
///
/// ```swift
/// guard let tls = req.tls, tls.isClientVerified else { throw Status.forbidden }
/// req.log("\(tls.clientCertificate?.subject ?? "-") by \(tls.cipher ?? "-")", level: .info)
/// ```
public struct TLS {
    private let request: Request

    init(_ request: Request) { self.request = request }

    /// The protocol, as in "TLSv1.3". `SSL_PROTOCOL`.
    public var protocolVersion: String? { variable("SSL_PROTOCOL") }
    /// The cipher, as in "TLS_AES_256_GCM_SHA384". `SSL_CIPHER`.
    public var cipher: String? { variable("SSL_CIPHER") }
    /// The number of bits of the cipher's key that are in use. `SSL_CIPHER_USEKEYSIZE`.
    public var keySize: Int? { variable("SSL_CIPHER_USEKEYSIZE").flatMap { Int($0) } }
    /// The id of the session, in hexadecimal. `SSL_SESSION_ID`.
    public var sessionID: String? { variable("SSL_SESSION_ID") }
    /// Whether the client has resumed an earlier session. `SSL_SESSION_RESUMED`.
    public var isResumed: Bool { variable("SSL_SESSION_RESUMED") == "Resumed" }
    /// The server name that the client requested when it connected (SNI). `SSL_TLS_SNI`.
    public var serverName: String? { variable("SSL_TLS_SNI") }

    /// The result of verifying the client's certificate: "NONE" if there is none, "SUCCESS",
    /// "GENEROUS", or "FAILED:" followed by a reason. `SSL_CLIENT_VERIFY`.
    public var clientVerify: String? { variable("SSL_CLIENT_VERIFY") }
    /// Whether the client has a certificate that was verified successfully.
    public var isClientVerified: Bool { clientVerify == "SUCCESS" }

    /// The client's certificate, verified or not (``isClientVerified``); nil if it sent none.
    public var clientCertificate: Certificate? { Certificate(request, "SSL_CLIENT_") }
    /// This server's certificate.
    public var serverCertificate: Certificate? { Certificate(request, "SSL_SERVER_") }

    private func variable(_ name: String) -> String? { request.sslVarLookup(name) }

    /// An X.509 certificate. Valid only while its request is being handled.
    public struct Certificate {
        private let request: Request
        private let prefix: String

        fileprivate init?(_ request: Request, _ prefix: String) {
            guard request.sslVarLookup(prefix + "M_SERIAL") != nil else { return nil }
            self.request = request
            self.prefix = prefix
        }

        /// The subject, as in "CN=ann,O=Example". `SSL_CLIENT_S_DN`.
        public var subject: String? { field("S_DN") }
        /// The issuer. `SSL_CLIENT_I_DN`.
        public var issuer: String? { field("I_DN") }
        /// The serial number, in hexadecimal. `SSL_CLIENT_M_SERIAL`.
        public var serial: String? { field("M_SERIAL") }
        /// The start of its validity, as in "Jan  2 03:04:05 2026 GMT". `SSL_CLIENT_V_START`.
        public var notBefore: String? { field("V_START") }
        /// The end of its validity. `SSL_CLIENT_V_END`.
        public var notAfter: String? { field("V_END") }
        /// The certificate in PEM. `SSL_CLIENT_CERT`.
        public var pem: String? { field("CERT") }

        /// Returns a field from mod_ssl.
        ///
        /// - Parameter name: The part after `SSL_CLIENT_` or `SSL_SERVER_`: "S_DN_CN",
        ///   "SAN_Email_0" …
        public func field(_ name: String) -> String? { request.sslVarLookup(prefix + name) }
    }
}
