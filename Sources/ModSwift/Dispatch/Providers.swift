// SPDX-License-Identifier: Apache-2.0
//
// Swift functions as providers of httpd's access control: they check a password, return a user's
// hash, or decide on a Require line. A call without a result is an error, for which httpd responds
// with 500: such a call never grants access.

/// Calls the functions of a provider.
enum Providers {
    /// Checks whether a password is correct for a user.
    static func checkPassword(
        _ password: String, of user: String, _ provider: Provider, _ record: RequestRecord
    ) -> AuthnResult? {
        ask(provider, .authnProvider, in: .authen, of: record, wanted: "user and a password") {
            guard case .passwordCheck(let function) = $0 else { return nil }
            return { try function($0, user, password) }
        }
    }

    /// Returns the hash of a user's name, the realm and the password.
    static func realmHash(
        of user: String, in realm: String, _ provider: Provider, _ record: RequestRecord
    ) -> RealmHash? {
        ask(provider, .authnProvider, in: .authen, of: record, wanted: "user and a realm") {
            guard case .realmHash(let function) = $0 else { return nil }
            return { try RealmHash(function($0, user, realm)) }
        }
    }

    /// Evaluates a Require line. Called before there is a user, and again when there is one.
    static func authorization(
        _ arguments: String, _ provider: Provider, _ record: RequestRecord
    ) -> AuthzResult? {
        let hook = record.user == nil ? Phase.access : .authz
        return ask(provider, .authzProvider, in: hook, of: record, wanted: "arguments") {
            guard case .authorization(let function) = $0 else { return nil }
            return { try function($0, arguments) }
        }
    }

    private static func ask<Answer: ProviderAnswer>(
        _ provider: Provider, _ phase: Phase, in hook: Phase, of record: RequestRecord,
        wanted: String, _ function: (Handler) -> ((Request) throws -> Answer)?
    ) -> Answer? {
        guard let configuration = record.configuration else { return nil }
        let request = Request.of(record)
        request.enter(phase, in: hook)
        return Invocation.ask(
            provider, phase, request, configuration, wanted: wanted, function)
    }
}

/// The results of a provider.
protocol ProviderAnswer {
    /// Converts a thrown status to a result; nil if the status is an error. No thrown status grants
    /// access.
    init?(thrown status: Status)
}

extension AuthnResult: ProviderAnswer {
    init?(thrown status: Status) {
        guard status == .unauthorized || status == .forbidden else { return nil }
        self = .denied
    }
}

extension AuthzResult: ProviderAnswer {
    init?(thrown status: Status) {
        switch status {
        case .forbidden: self = .denied
        case .unauthorized: self = .deniedWithoutUser
        default: return nil
        }
    }
}

/// The result of a hash lookup.
enum RealmHash: ProviderAnswer {
    case found(String)
    case userNotFound
    case denied

    /// - Throws: ``HandlerFailure`` if the text cannot be a hash, because no password could ever
    ///   match it.
    init(_ text: String?) throws {
        guard let text else {
            self = .userNotFound
            return
        }
        let digits = text.utf8
        guard digits.count == 32,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw HandlerFailure.noHash }
        self = .found(text)
    }

    init?(thrown status: Status) {
        guard status == .unauthorized || status == .forbidden else { return nil }
        self = .denied
    }
}
