-- SPDX-License-Identifier: Apache-2.0
local names = {}
for i = 0, 19 do names[i] = "field_" .. i end

function handle(r)
    local form = r:parsebody()
    local size = 0
    for i = 0, 19 do size = size + #form[names[i]] end
    r.content_type = "text/plain; charset=utf-8"
    r:puts(size, "\n")
    return apache2.OK
end
