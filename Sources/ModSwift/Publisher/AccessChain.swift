// SPDX-License-Identifier: Apache-2.0

/// The protections of something that is published, outermost first.
struct AccessChain {
    /// Asks the module for them at each call: they may be computed.
    let protections: [() throws -> Access]

    /// Lets a request in.
    ///
    /// - Throws: The status that refuses it: 405, 401 or 403; what an author's function throws.
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

/// What is known of the user of a request on its way through the protections.
private struct Admission {
    private let request: Request
    private let claim: (user: String, password: String)?
    private var realm = "unknown"
    /// Whether anything has asked for a password.
    private var asksForPassword = false
    private var user: String?

    init(_ request: Request) {
        self.request = request
        claim = request.live.basicCredentials
        // httpd has authenticated this one, if there is one.
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

    /// Asks the client for a password.
    private func challenge() -> Status {
        let quoted = realm.unicodeScalars.reduce(into: "") { text, scalar in
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        request.errHeadersOut["WWW-Authenticate"] = "Basic realm=\"\(quoted)\", charset=\"UTF-8\""
        return .unauthorized
    }
}
