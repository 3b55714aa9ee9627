import ModSwift

/// What the cookie holds. Clients have it, and cannot change it without notice: it is signed.
struct Visits: Codable {
    var count = 0
    // Added later: cookies of before are still read.
    var last: String?
}

/// Counts the visits of a browser, without keeping anything in the server.
func handler(_ req: Request) throws -> String {
    var visits = req.marshalCookie("visits", as: Visits.self)?.value ?? Visits()
    visits.count += 1
    let last = visits.last
    visits.last = req.args ?? "elsewhere"
    try req.addMarshalCookie(
        MarshalCookie(
            "visits", visits, path: "/visits/", maxAge: 30 * 86_400, httpOnly: true, sameSite: .lax)
    )
    return "Visit \(visits.count)" + (last.map { ", after \($0)" } ?? "") + ".\n"
}
