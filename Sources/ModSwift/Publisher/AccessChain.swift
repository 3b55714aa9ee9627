// SPDX-License-Identifier: Apache-2.0

/// The protections of a published function or value, outermost first.
struct AccessChain {
    /// Evaluated at each call, because the module may compute them.
    let protections: [() throws -> Access]

    /// Checks whether a request has access.
    ///
    /// - Throws: The status of a refusal: 405, 401 or 403; errors of an author's function.
    func admit(_ request: Request) throws {
        if protections.isEmpty { return try checkMethod(of: request, nil) }
        let protections = try protections.map { try $0() }
        try checkMethod(of: request, protections.last { $0.methods != nil }?.methods)
        var admission = Admission(request)
        for protection in protections { try admission.pass(protection) }
    }

    private func checkMethod(of request: Request, _ methods: [String]?) throws {
        let number = request.live.methodNumber
        guard let methods else {
            if number == Method.get.rawValue || number == Method.post.rawValue { return }
            return try refuse(request, ["GET", "POST"])
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        if !methods.contains(method) { try refuse(request, methods) }
    }

    private func refuse(_ request: Request, _ methods: [String]) throws {
        request.allowMethods(methods, reset: true)
        throw HTTPError(.methodNotAllowed)
    }
}

/// The state of a request's user while the protections are checked.
private struct Admission {
    private let request: Request
    private let claim: (user: String, password: String)?
    private var realm = "unknown"
    /// Whether any protection has checked a password.
    private var asksForPassword = false
    private var user: String?

    init(_ request: Request) {
        self.request = request
        claim = request.live.basicCredentials
        // The user whom httpd has authenticated, if any.
        user = request.user
    }

    mutating func pass(_ protection: Access) throws {
        realm = protection.realm ?? realm
        if let check = protection.check { try authenticate(by: check) }
        guard protection.users != nil || protection.allows != nil else { return }
        guard let user else { throw asksForPassword ? challenge() : Status.forbidden }
        if let users = protection.users, !users.contains(user) { throw Status.forbidden }
        if let allows = protection.allows,
            try !WorkerExecutor.run(request, { try await allows($0, user) })
        {
            throw Status.forbidden
        }
    }

    private mutating func authenticate(by check: @escaping Access.PasswordCheck) throws {
        asksForPassword = true
        guard let (user, password) = claim,
            try WorkerExecutor.run(request, { try await check($0, user, password) })
        else { throw challenge() }
        self.user = user
        request.user = user
        request.apAuthType = "Basic"
    }

    /// Requests a password from the client.
    private func challenge() -> Status {
        let quoted = realm.unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        request.errHeadersOut["WWW-Authenticate"] = "Basic realm=\"\(quoted)\", charset=\"UTF-8\""
        return .unauthorized
    }
}
