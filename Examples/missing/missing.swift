import ModSwift

/// Two ways to say that there is no such page, and a page that there is.
func handler(_ req: Request) throws -> Status {
    switch req.filename?.split(separator: "/").last {
    case "apache-error.html":
        // httpd's own document.
        return .notFound
    case "handler-error.html":
        req.status = .notFound
        req.contentType = "text/plain"
        req.write("There is no such page here, but this text.\n")
        return .ok
    default:
        guard let file = req.finfo, file.filetype == .regular else { return .notFound }
        try req.sendFile(file.fname)
        return .ok
    }
}
