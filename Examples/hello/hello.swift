import ModSwift

func handler(_ req: Request) throws -> Status {
    req.contentType = "text/plain"
    req.write("Hello World!\n")
    return .ok
}
