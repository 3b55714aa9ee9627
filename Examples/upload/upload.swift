import ModSwift

/// What the form asks for. Fields that are wrong are told all at once.
struct Picture: Decodable {
    var title: String
    var year: Int?
    var isPublic: Bool
    var file: Upload
}

/// Shows a form; shows it again, with what is wrong beside the fields, until all is right.
func handler(_ req: Request) throws -> Status {
    req.contentType = "text/html; charset=utf-8"
    guard req.method == "POST" else {
        req.write(page(FormPage()))
        return .ok
    }
    let form = try req.form()
    do {
        let picture = try form.decode(Picture.self)
        req.write(try description(of: picture))
    } catch let error as FormError where !error.problems.isEmpty {
        req.status = .badRequest
        req.write(page(FormPage(form: form, problems: error.problems)))
    }
    return .ok
}

/// What to tell of a picture. A real site would keep it: `try picture.file.save(to: path)`.
private func description(of picture: Picture) throws -> String {
    let sum = try picture.file.withBytes { bytes in
        bytes.indices.reduce(0) { ($0 &* 31 &+ Int(bytes[$1])) & 0xffff_ffff }
    }
    return """
        <!DOCTYPE html>
        <title>\(picture.title.htmlEscaped)</title>
        <h1>\(picture.title.htmlEscaped)</h1>
        <p>\(picture.year.map { "Taken in \($0). " } ?? "")\(picture.isPublic ? "Public." : "Private.")
        <p>\(picture.file.filename.htmlEscaped): \(picture.file.type.htmlEscaped),
        \(picture.file.size) bytes, sum \(String(sum, radix: 16)).

        """
}

/// The form with what was typed before.
private struct FormPage {
    var form: FieldStorage?
    var problems: [FormError.Problem] = []

    /// A label, an input, and what is wrong with it.
    func input(_ name: String, _ label: String, _ attributes: String) -> String {
        let value = form?.getFirst(name).map { " value=\"\($0.htmlEscaped)\"" } ?? ""
        let wrong = problems.filter { $0.name == name }
            .map { " <strong>\($0.reason.htmlEscaped)</strong>" }.joined()
        return "<p><label>\(label) <input name=\"\(name)\"\(value) \(attributes)></label>\(wrong)\n"
    }
}

private func page(_ page: FormPage) -> String {
    """
    <!DOCTYPE html>
    <title>A picture</title>
    <h1>A picture</h1>
    <form method="post" enctype="multipart/form-data">
    \(page.input("title", "Title", ""))\(page.input("year", "Year", "inputmode=\"numeric\""))\
    <p><label>Public <input type="checkbox" name="isPublic"></label>
    \(page.input("file", "File", "type=\"file\""))<p><button>Send</button>
    </form>

    """
}
