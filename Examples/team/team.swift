// SPDX-License-Identifier: Apache-2.0

import ModSwift
import layout
import people

/// The people of a team, or those whose name or task has what the query asks for.
func handler(_ req: Request) throws -> Status {
    let wanted = try req.form().getFirst("find") ?? ""
    let rows = find(wanted).map { "<tr><td>\($0.name.htmlEscaped)<td>\($0.task.htmlEscaped)" }
    req.contentType = "text/html; charset=utf-8"
    req.write(
        document(
            title: "The team",
            body: """
                <form><input name="find" value="\(wanted.htmlEscaped)"> <button>Find</button></form>
                \(rows.isEmpty ? "<p>Nobody." : "<table>\n\(rows.joined(separator: "\n"))\n</table>")
                """))
    return .ok
}
