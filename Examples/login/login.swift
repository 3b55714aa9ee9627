import ModSwift

// A login with a session: POST login.do gives a name and a password, POST logout.do ends it.

/// Shows who is there, or asks.
func handler(_ req: Request) throws -> Status {
    let session = try req.session()
    req.contentType = "text/html; charset=utf-8"
    if req.method == "POST" { return try act(req, session) }
    // The token of a new session belongs to something once the session is saved.
    let token = session.csrfToken
    try session.save()
    guard let user = session["user"] as? String else {
        req.write(
            page("<h1>Who are you?</h1>", form("login.do", token, button: "Log in", loginFields)))
        return .ok
    }
    let logins = session["logins"] as? Int ?? 0
    req.write(
        page(
            "<h1>Hello, \(user)</h1><p>Login number \(logins) of this browser.</p>",
            form("logout.do", token, button: "Log out", "")))
    return .ok
}

private func act(_ req: Request, _ session: Session) throws -> Status {
    let form = try req.form()
    try session.checkCSRF(form)
    if req.uri.hasSuffix("/logout.do") {
        session.invalidate()
    } else {
        // Five attempts a minute and address, whichever child they come to.
        let attempts = try Apache.shared("logins").count(req.connection.remoteIP ?? "", within: 60)
        guard attempts <= 5 else { throw Status.tooManyRequests }
        guard form.getFirst("user") == "spam", form.getFirst("password") == "eggs" else {
            throw Status.forbidden
        }
        session["user"] = "spam"
        session["logins"] = (session["logins"] as? Int ?? 0) + 1
        // Whoever knew the id before has nothing now. This stores the session, too.
        try session.renew()
    }
    req.headersOut["Location"] = "x.do"
    return .seeOther
}

private let loginFields = """
    <p><label>Name <input name="user" value="spam"></label>
    <p><label>Password <input name="password" type="password"></label>
    """

private func form(_ action: String, _ token: String, button: String, _ inputs: String) -> String {
    """
    <form method="post" action="\(action)">
    <input type="hidden" name="csrf" value="\(token)">
    \(inputs)
    <p><button>\(button)</button></form>
    """
}

private func page(_ parts: String...) -> String {
    "<!DOCTYPE html>\n<title>Login</title>\n\(parts.joined(separator: "\n"))\n"
}
