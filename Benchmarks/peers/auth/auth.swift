// SPDX-License-Identifier: Apache-2.0

import ModSwift

private let passwords = ["ann": "secret"]

func authenHandler(_ req: Request) -> Status {
    guard let password = req.basicAuthPassword, let user = req.user, passwords[user] == password
    else {
        return .unauthorized
    }
    return .ok
}
