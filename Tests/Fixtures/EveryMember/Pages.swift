// Server pages as templates, and what a page finds under the name psp.

/// Runs a template with texts from the client.
func templates(_ req: Request) throws -> Status {
    try counted(req) {
        var note = Markup("<b>") + Markup(escaping: req.args ?? "")
        note += Markup("</b>")
        let text = "<%@ param note: Markup %><p><%= note %></p>"
        let page = try PSP(req, string: text, ["note": Markup(note.html + note.description)])
        try page.run()
        do {
            try page.run(["note": 1], flush: true)
        } catch let error as PageParameterError {
            req.log(
                "\(error.page) \(error.name) \(error.expected) \(error.given ?? "") "
                    + error.description, level: .debug)
        }
        _ = try page.displayCode()
        return .ok
    }
}

func template(_ req: Request) throws { try PSP(req, file: "t.psp", [:]).run() }

func steer(_ psp: PSPInterface) throws {
    do {
        try psp.setErrorPage("error.psp")
        let count = try psp.applyData { (fields: [String: String]) in fields.count }
        ErrorLog.main.write("\(count)", level: .debug)
        try psp.redirect("/", permanent: true)
    } catch let error as PageOutputError {
        ErrorLog.main.write(error.description, level: .debug)
    }
}
