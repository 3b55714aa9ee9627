// SPDX-License-Identifier: Apache-2.0
//
// The functions that httpd's access control asks. What each of them takes is told by labels, which a
// type does not have; so each has a name of its own here.

extension HandlerRegistrar {
    /// A function that checks a password.
    public func addPasswordCheck(
        _ name: String, _ function: @escaping (Request, String, String) throws -> AuthnResult
    ) {
        collector.handlers[name] = .passwordCheck(function)
    }

    /// An async function that checks a password.
    public func addPasswordCheck(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> AuthnResult
    ) {
        collector.handlers[name] = .passwordCheck { request, user, password in
            try WorkerExecutor.run(request) { try await function($0, user, password) }
        }
    }

    /// A function that would check a password, but for its result.
    public func addPasswordCheck<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a check of passwords returns AuthnResult")
    }

    /// A function that finds the hash of a user in a realm.
    public func addRealmHash(
        _ name: String, _ function: @escaping (Request, String, String) throws -> String?
    ) {
        collector.handlers[name] = .realmHash(function)
    }

    /// An async function that finds the hash of a user in a realm.
    public func addRealmHash(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> String?
    ) {
        collector.handlers[name] = .realmHash { request, user, realm in
            try WorkerExecutor.run(request) { try await function($0, user, realm) }
        }
    }

    /// A function that would find a hash, but for its result.
    public func addRealmHash<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request, String, String) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and a finder of hashes returns String?")
    }

    /// A function that decides about a Require line.
    public func addAuthorization(
        _ name: String, _ function: @escaping (Request, String) throws -> AuthzResult
    ) {
        collector.handlers[name] = .authorization(function)
    }

    /// An async function that decides about a Require line.
    public func addAuthorization(
        _ name: String, _ function: @escaping (Request, String) async throws -> AuthzResult
    ) {
        collector.handlers[name] = .authorization { request, arguments in
            try WorkerExecutor.run(request) { try await function($0, arguments) }
        }
    }

    /// A function that would decide about a Require line, but for its result.
    public func addAuthorization<Result: ~Copyable>(
        _ name: String, _ function: @escaping (Request, String) async throws -> Result
    ) {
        refuse(name, "it returns \(Result.self), and an authorization returns AuthzResult")
    }
}
