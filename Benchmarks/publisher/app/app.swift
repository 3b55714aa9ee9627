// SPDX-License-Identifier: Apache-2.0

import ModSwift

/// Published as /app.do/email.
public func email(name: String = "", comment: String = "") -> String { "\(name): \(comment)\n" }
