-- SPDX-License-Identifier: Apache-2.0
-- Not cjson: it cannot write the members in an order.
local json = require "dkjson".use_lpeg()
local order_of_members = { keyorder = { "count", "id", "items", "name", "note", "price", "quantity", "tags" } }

function handle(r)
    local order = json.decode((r:requestbody()))
    order.count = order.count + 1
    r.content_type = "application/json"
    r:puts(json.encode(order, order_of_members))
    return apache2.OK
end
