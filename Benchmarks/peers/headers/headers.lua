-- SPDX-License-Identifier: Apache-2.0
local incoming, outgoing = {}, {}
for i = 0, 29 do incoming[i] = "X-In-" .. i end
for i = 0, 9 do outgoing[i] = { "X-Out-" .. i, "value " .. i } end

function handle(r)
    local size = 0
    local headers = r.headers_in
    for i = 0, 29 do size = size + #(headers[incoming[i]] or "") end
    headers = r.headers_out
    for i = 0, 9 do headers[outgoing[i][1]] = outgoing[i][2] end
    r.content_type = "text/plain"
    r:puts(size, "\n")
    return apache2.OK
end
