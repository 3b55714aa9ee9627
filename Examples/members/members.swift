import ModSwift

/// Who is it? In earnest, look users up where their passwords are kept as hashes.
func authenHandler(_ req: Request) -> Status {
    // Reading the password makes the client's claim the user.
    let password = req.basicAuthPassword
    guard req.user == "spam", password == "eggs" else { return .unauthorized }
    return .ok
}

/// The answer, for those who have come in.
func handler(_ req: Request) -> String {
    "Welcome, \(req.user ?? "stranger")!\n"
}
