// SPDX-License-Identifier: Apache-2.0
//
// The user, the client's connection, and the CGI variables for them.
//
// SAFETY: the record is alive (RequestRecord); what httpd returns is in its pool, its connection's or
// the configuration's, and copied.

internal import CApache

extension RequestRecord {
    // MARK: The user

    var user: String? { credential(unsafe pointer.pointee.user) }
    var authenticatedBy: String? { text(unsafe pointer.pointee.ap_auth_type) }
    var authType: String? { text(unsafe ap_auth_type(pointer)) }
    var authName: String? { text(unsafe ap_auth_name(pointer)) }

    /// Returns false if the text contains NUL; then nothing is set.
    func setUser(_ user: String?) -> Bool { unsafe set(\.user, user) }

    /// Returns false if the text is not allowed in a header; then nothing is set.
    func setAuthenticatedBy(_ type: String?) -> Bool {
        unsafe set(\.ap_auth_type, type, refusing: .lineBreaks)
    }

    /// The password from the Authorization header, if `AuthType Basic` and `AuthName` are in
    /// effect.
    func basicAuthPassword() -> String? {
        var password: UnsafePointer<CChar>?
        guard unsafe ap_auth_type(pointer) != nil, unsafe ap_auth_name(pointer) != nil,
            unsafe ap_get_basic_auth_pw(pointer, &password) == OK
        else { return nil }
        return credential(password)
    }

    /// Sets the authentication type of a user to `AuthType`, unless the handler has set it.
    func nameAuthentication() {
        guard unsafe pointer.pointee.ap_auth_type == nil, let type = unsafe ap_auth_type(pointer)
        else {
            return
        }
        unsafe pointer.pointee.ap_auth_type = UnsafeMutablePointer(mutating: type)
    }

    /// Rejects a client: requests other credentials, and if it had sent some, logs that in the
    /// wording of httpd's own modules, which programs such as fail2ban search for.
    func refuseCredentials(_ phase: Phase) {
        noteAuthenticationFailure()
        let isProxy = proxyRequest == ProxyRequest.proxy.rawValue
        guard headersIn.contains(isProxy ? "Proxy-Authorization" : "Authorization") else { return }
        log(
            "user \(printable(user ?? "-")): authentication failure for "
                + "\"\(printable(uri ?? ""))\": refused by \(phase.directive) (MSW0762)",
            level: .warning)
    }

    /// Makes the module for `AuthType` request a password from the client, unless the response
    /// already does so.
    func noteAuthenticationFailure() {
        let header =
            proxyRequest == ProxyRequest.proxy.rawValue
            ? "Proxy-Authenticate" : "WWW-Authenticate"
        guard errHeadersOut.first(header) == nil, unsafe ap_auth_type(pointer) != nil else {
            return
        }
        unsafe ap_note_auth_failure(pointer)
    }

    // MARK: The client

    var useragentIP: String? { text(unsafe pointer.pointee.useragent_ip) }
    var useragentAddress: SocketAddress? {
        unsafe socketAddress(pointer.pointee.useragent_addr, useragentIP)
    }

    /// May wait for a name server.
    func remoteHost(_ lookup: RemoteHostLookup) -> String? {
        text(
            unsafe ap_get_useragent_host(
                pointer, Int32(truncatingIfNeeded: lookup.rawValue), nil))
    }

    // MARK: TLS

    var isHTTPS: Bool {
        guard let connection else { return false }
        return unsafe ap_ssl_conn_is_ssl(connection.pointer) != 0
    }

    /// Nil without mod_ssl; empty if mod_ssl does not know the name.
    func tlsVariable(_ name: String) -> String? {
        guard let pool, let connection, let server,
            let name = unsafe pool.copy(name, refusing: .null)
        else { return nil }
        return text(
            unsafe ap_ssl_var_lookup(
                pool.pointer, server.pointer, connection.pointer, pointer, name))
    }

    // MARK: The environment

    func addCommonVars() { unsafe ap_add_common_vars(pointer) }
    func addCGIVars() { unsafe ap_add_cgi_vars(pointer) }

    /// Returns nil if the text contains NUL, CR or LF.
    func constructURL(_ uri: String) -> String? {
        guard let pool, let uri = unsafe pool.copy(uri, refusing: .lineBreaks) else { return nil }
        return text(unsafe ap_construct_url(pool.pointer, uri, pointer))
    }
}
