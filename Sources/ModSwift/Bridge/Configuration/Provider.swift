// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: from the configuration's pool, or that of a request whose .htaccess file names it; either
// outlives the call that reads it.
/// A name under which functions are registered for httpd's access control.
@safe struct Provider {
    private let pointer: UnsafePointer<msw_provider>

    init?(_ pointer: UnsafePointer<msw_provider>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// The name in messages: the provider's name, or "swift module::function".
    var name: String { text(unsafe pointer.pointee.name) ?? "" }

    /// Whether a Require line names the function itself.
    var isDirect: Bool { name.hasPrefix("swift ") }

    var handlers: HandlerEntries {
        unsafe HandlerEntries(array: pointer.pointee.handlers, selectsByExtension: false)
    }
}

// MARK: Calls from httpd

extension Provider {
    // SAFETY: httpd passes strings that end with NUL and outlive the call.

    /// The entry point of a password check.
    static func checkPassword(
        _ record: UnsafeMutablePointer<request_rec>?, _ provider: UnsafePointer<msw_provider>?,
        _ user: UnsafePointer<CChar>?, _ password: UnsafePointer<CChar>?
    ) -> Int32 {
        guard let record = unsafe RequestRecord(record), let provider = unsafe Provider(provider),
            let user = unsafe user, let password = unsafe password
        else { return AUTH_GENERAL_ERROR.code }
        let result = Providers.checkPassword(
            credential(password) ?? "", of: credential(user) ?? "", provider, record)
        if result == .granted { unsafe provider.keep(password, of: user, for: record) }
        return switch result {
        case .granted?: AUTH_GRANTED.code
        case .denied?: AUTH_DENIED.code
        case .userNotFound?: AUTH_USER_NOT_FOUND.code
        default: AUTH_GENERAL_ERROR.code
        }
    }

    /// The entry point of a hash lookup.
    static func realmHash(
        _ record: UnsafeMutablePointer<request_rec>?, _ provider: UnsafePointer<msw_provider>?,
        _ user: UnsafePointer<CChar>?, _ realm: UnsafePointer<CChar>?,
        _ hash: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> Int32 {
        guard let record = unsafe RequestRecord(record), let provider = unsafe Provider(provider),
            let user = unsafe user, let realm = unsafe realm, let hash = unsafe hash
        else { return AUTH_GENERAL_ERROR.code }
        let result = Providers.realmHash(
            of: credential(user) ?? "", in: unsafe String(cString: realm), provider, record)
        switch result {
        case .found(let text)?:
            guard let copy = unsafe record.pool?.copy(text, refusing: .null)
            else { return AUTH_GENERAL_ERROR.code }
            unsafe hash.pointee = copy
            unsafe msw_cache_credentials(
                record.pointer, provider.pointer.pointee.name, user, realm, copy)
            return AUTH_USER_FOUND.code
        case .userNotFound?: return AUTH_USER_NOT_FOUND.code
        case .denied?: return AUTH_DENIED.code
        case nil: return AUTH_GENERAL_ERROR.code
        }
    }

    /// The entry point of a Require line.
    static func authorization(
        _ record: UnsafeMutablePointer<request_rec>?, _ provider: UnsafePointer<msw_provider>?,
        _ arguments: UnsafePointer<CChar>?
    ) -> Int32 {
        guard let record = unsafe RequestRecord(record), let provider = unsafe Provider(provider)
        else { return AUTHZ_GENERAL_ERROR.code }
        let result = Providers.authorization(text(arguments) ?? "", provider, record)
        return switch result {
        case .granted?: AUTHZ_GRANTED.code
        case .denied?: AUTHZ_DENIED.code
        case .deniedWithoutUser?: AUTHZ_DENIED_NO_USER.code
        case .neutral?: AUTHZ_NEUTRAL.code
        default: AUTHZ_GENERAL_ERROR.code
        }
    }

    /// Passes a correct password to mod_authn_socache as a salted hash: the module stores the text
    /// that it is given, perhaps on another machine.
    private func keep(
        _ password: UnsafePointer<CChar>, of user: UnsafePointer<CChar>, for record: RequestRecord
    ) {
        guard msw_has_credential_cache() != 0 else { return }
        var salt = Self.salt
        var hash = [CChar](repeating: 0, count: 120)
        guard unsafe apr_md5_encode(password, &salt, &hash, hash.count) == APR_SUCCESS
        else { return }
        unsafe msw_cache_credentials(record.pointer, pointer.pointee.name, user, nil, &hash)
    }

    /// Eight random characters, so that no two hashes have the same salt.
    private static var salt: [CChar] {
        let alphabet = Array(
            "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        return (0..<8).map { _ in CChar(alphabet.randomElement() ?? 0x2e) } + [0]
    }
}

extension authn_status {
    fileprivate var code: Int32 { Int32(truncatingIfNeeded: rawValue) }
}

extension authz_status {
    fileprivate var code: Int32 { Int32(truncatingIfNeeded: rawValue) }
}
