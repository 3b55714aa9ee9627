// SPDX-License-Identifier: Apache-2.0

/// Who may call what the publisher publishes, and by which methods.
///
/// A constant named `access` protects its module or its type; `emailAccess` protects `email`, which is
/// declared beside it. What is protected several times needs all of them, from the module inwards.
///
/// ```swift
/// let access = Access(realm: "Members", passwords: ["ann": "secret"])
/// let deleteAccess = Access(methods: ["POST"], users: ["ann"])
///
/// public func delete(item: Int) -> String { … }
/// ```
///
/// A protection without a function, or one that the publisher cannot see, is an error of the compiler:
/// what its author believes to be closed is never open.
///
/// Corresponds to `__auth_realm__`, `__auth__` and `__access__` of mod_python's publisher.
public struct Access: Sendable {
    /// Says whether a password is that of a user. Gets the request, the user and the password.
    public typealias PasswordCheck = @Sendable (Request, String, String) async throws -> Bool
    /// Says whether an authenticated user may call. Gets the request and the user.
    public typealias UserCheck = @Sendable (Request, String) async throws -> Bool

    let methods: [String]?
    let realm: String?
    let check: PasswordCheck?
    let users: Set<String>?
    let allows: UserCheck?

    /// Makes a protection. What is nil protects nothing.
    ///
    /// - Parameters:
    ///   - methods: The methods that are answered, in capital letters; HEAD comes with GET. Others get
    ///     405. The innermost protection that names methods counts; where none does, GET and POST are
    ///     answered.
    ///   - realm: What browsers show when they ask for a password; that of the protection around this
    ///     one where it is nil, and "unknown" where there is none.
    ///   - passwords: Users and their passwords. Others get 401.
    ///   - users: Of the authenticated users, those who may call; others get 403. A user whom httpd
    ///     itself has authenticated counts, too.
    ///   - allows: Decides about an authenticated user; false is 403.
    public init(
        methods: [String]? = nil, realm: String? = nil, passwords: [String: String]? = nil,
        users: Set<String>? = nil, allows: UserCheck? = nil
    ) {
        self.init(methods, realm, passwords.map(Self.check), users, allows)
    }

    /// Makes a protection by a function that knows the passwords.
    ///
    /// - Parameters:
    ///   - methods: The methods that are answered; see
    ///     ``init(methods:realm:passwords:users:allows:)``.
    ///   - realm: What browsers show when they ask for a password.
    ///   - users: Of the authenticated users, those who may call; others get 403.
    ///   - allows: Decides about an authenticated user; false is 403.
    ///   - authenticate: Says whether a password is that of a user; false is 401.
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

    /// Compares with the known password in a time that does not tell where they differ; a user who is
    /// not known takes as long.
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
