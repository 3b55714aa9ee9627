// SPDX-License-Identifier: Apache-2.0

import ModSwift

func handler(_ req: Request) throws -> String {
    let form = try req.form()
    return "\(form.getFirst("name") ?? ""): \(form.getFirst("comment") ?? "")\n"
}
