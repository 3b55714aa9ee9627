// SPDX-License-Identifier: Apache-2.0

import ModSwift

private let incoming = (0..<30).map { "X-In-\($0)" }
private let outgoing = (0..<10).map { (name: "X-Out-\($0)", value: "value \($0)") }

func handler(_ req: Request) {
    var size = 0
    for name in incoming { size += req.headersIn[name]?.utf8.count ?? 0 }
    for field in outgoing { req.headersOut[field.name] = field.value }
    req.contentType = "text/plain"
    req.write("\(size)\n")
}
