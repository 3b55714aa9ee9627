import Glibc
import ModSwift

let emailAccess = Access(methods: ["POST"])

/// Sends what the form has asked for to the person that SwiftOption mail.to names.
public func email(_ req: Request, name: String, email: String, comment: String) throws -> HTML {
    guard !name.isEmpty, !comment.isEmpty, isAddress(email) else {
        req.status = .badRequest
        return page("A name, an address and a comment are required.")
    }
    guard let recipient = req.options["mail.to"], let program = req.options["mail.program"] else {
        throw MailError(description: "SwiftOption mail.to and mail.program are not set")
    }
    let message = """
        To: \(recipient)
        Reply-To: \(email)
        Subject: Feedback
        Content-Type: text/plain; charset=utf-8

        \(name) writes:

        \(comment.replacing("\r\n", with: "\n"))

        """
    try send(message, by: program)
    return page("Thank you, \(name)!")
}

struct MailError: Error, CustomStringConvertible { let description: String }

/// Whether a text is an address that may stand in a header: a line break in it would begin another one.
func isAddress(_ text: String) -> Bool {
    text.contains("@") && text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
}

/// Gives a message to a program, whose name is the configuration's and nothing that a client has sent.
func send(_ message: String, by program: String) throws {
    guard let pipe = popen(program, "w") else {
        throw MailError(description: "\(program) cannot be started")
    }
    fputs(message, pipe)
    let status = pclose(pipe)
    guard status == 0 else { throw MailError(description: "\(program) ended with \(status)") }
}

func page(_ text: String) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head><meta charset="utf-8"><title>Mail</title></head>
    <body><p>\(text)</p></body>
    </html>

    """
}
