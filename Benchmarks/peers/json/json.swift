// SPDX-License-Identifier: Apache-2.0

import ModSwift
import ModSwiftJSON

struct Order: Codable {
    struct Item: Codable {
        var name: String
        var price: Int
        var quantity: Int
        var tags: [String]
    }
    var count: Int
    var id: String
    var items: [Item]
    var note: String
}

func handler(_ req: Request) throws {
    var order = try req.readJSON(Order.self)
    order.count += 1
    try req.writeJSON(order)
}
