// SPDX-License-Identifier: Apache-2.0
//
// The functions that httpd's access control calls. They differ in their argument labels, which are
// not part of a type; therefore each kind has its own registration function here.

extension HandlerRegistrar {
    /// Registers a function that checks a password.
    public func addPasswordCheck(
        _ name: String, _ function: @escaping (Request, String, String) throws -> AuthnResult
    ) {
        collector.handlers[name] = .passwordCheck(function)
    }

    /// Registers an async function that checks a password.
    public func addPasswordCheck(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> AuthnResult
    ) {
        collector.handlers[name] = .passwordCheck { request, user, password in
            try WorkerExecutor.run(request) { try await function($0, user, password) }
        }
    }

    /// Records a function that takes the arguments of a password check but has another result.
    public func addPasswordCheck<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a check of passwords returns AuthnResult")
    }

    /// Registers a function that finds the hash of a user in a realm.
    public func addRealmHash(
        _ name: String, _ function: @escaping (Request, String, String) throws -> String?
    ) {
        collector.handlers[name] = .realmHash(function)
    }

    /// Registers an async function that finds the hash of a user in a realm.
    public func addRealmHash(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> String?
    ) {
        collector.handlers[name] = .realmHash { request, user, realm in
            try WorkerExecutor.run(request) { try await function($0, user, realm) }
        }
    }

    /// Records a function that takes the arguments of a hash lookup but has another result.
    public func addRealmHash<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a finder of hashes returns String?")
    }

    /// Registers a function that decides about a Require line.
    public func addAuthorization(
        _ name: String, _ function: @escaping (Request, String) throws -> AuthzResult
    ) {
        collector.handlers[name] = .authorization(function)
    }

    /// Registers an async function that decides about a Require line.
    public func addAuthorization(
        _ name: String, _ function: @escaping (Request, String) async throws -> AuthzResult
    ) {
        collector.handlers[name] = .authorization { request, arguments in
            try WorkerExecutor.run(request) { try await function($0, arguments) }
        }
    }

    /// Records a function that takes the arguments for a Require line but has another result.
    public func addAuthorization<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request, String) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and an authorization returns AuthzResult")
    }
}
