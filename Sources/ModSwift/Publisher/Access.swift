// SPDX-License-Identifier: Apache-2.0

/// Who may call published functions, and by which methods.
///
/// A constant named `access` protects its module or its type; `emailAccess` protects `email`, which
/// is declared beside it. If several protections apply, all of them must grant access, checked from
/// the module inwards.
///
/// ```swift
/// let access = Access(realm: "Members", passwords: ["ann": "secret"])
/// let deleteAccess = Access(methods: ["POST"], users: ["ann"])
///
/// public func delete(item: Int) -> String { … }
/// ```
///
/// A protection without a function, or for one that the publisher cannot see, is a compiler error,
/// so that nothing is open that its author believes to be protected.
///
/// Corresponds to `__auth_realm__`, `__auth__` and `__access__` of mod_python's publisher.
public struct Access: Sendable {
    /// Checks whether a password is correct for a user. Gets the request, the user and the
    /// password.
    public typealias PasswordCheck = @Sendable (Request, String, String) async throws -> Bool
    /// Decides whether an authenticated user may call. Gets the request and the user.
    public typealias UserCheck = @Sendable (Request, String) async throws -> Bool

    let methods: [String]?
    let realm: String?
    let check: PasswordCheck?
    let users: Set<String>?
    let allows: UserCheck?

    /// Creates a protection. An argument that is nil restricts nothing.
    ///
    /// - Parameters:
    ///   - methods: The accepted methods, in capital letters; GET includes HEAD. Others get 405.
    ///     The innermost protection that names methods applies; if none does, GET and POST are
    ///     accepted.
    ///   - realm: The text that browsers show when they request a password; if nil, that of the
    ///     enclosing protection, or "unknown" if there is none.
    ///   - passwords: Users and their passwords. Others get 401.
    ///   - users: The authenticated users who may call; others get 403. Users authenticated by
    ///     httpd itself are included.
    ///   - allows: Decides about an authenticated user; false is 403.
    public init(
        methods: [String]? = nil, realm: String? = nil, passwords: [String: String]? = nil,
        users: Set<String>? = nil, allows: UserCheck? = nil
    ) {
        self.init(methods, realm, passwords.map(Self.check), users, allows)
    }

    /// Creates a protection with a function that checks passwords.
    ///
    /// - Parameters:
    ///   - methods: The accepted methods; see ``init(methods:realm:passwords:users:allows:)``.
    ///   - realm: The text that browsers show when they request a password.
    ///   - users: The authenticated users who may call; others get 403.
    ///   - allows: Decides about an authenticated user; false is 403.
    ///   - authenticate: Checks whether a password is correct for a user; false is 401.
    public init(
        methods: [String]? = nil, realm: String? = nil, users: Set<String>? = nil,
        allows: UserCheck? = nil, authenticate: @escaping PasswordCheck
    ) {
        self.init(methods, realm, authenticate, users, allows)
    }

    private init(
        _ methods: [String]?, _ realm: String?, _ check: PasswordCheck?, _ users: Set<String>?,
        _ allows: UserCheck?
    ) {
        self.methods = methods
        self.realm = realm
        self.check = check
        self.users = users
        self.allows = allows
    }

    /// Compares with the known password in a time that does not depend on where they differ; for an
    /// unknown user the comparison takes equally long.
    private static func check(_ passwords: [String: String]) -> PasswordCheck {
        { _, user, password in
            let known = Array((passwords[user] ?? "").utf8)
            let given = Array(password.utf8)
            var difference = UInt8(passwords[user] == nil || known.count != given.count ? 1 : 0)
            for index in given.indices {
                difference |= given[index] ^ (known.isEmpty ? 0 : known[index % known.count])
            }
            return difference == 0
        }
    }
}
