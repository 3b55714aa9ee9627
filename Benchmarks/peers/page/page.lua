-- SPDX-License-Identifier: Apache-2.0
-- mod_lua has no templates: the pieces are put together by hand, and escaped.
function handle(r)
    local pieces = { "<table>\n" }
    for row = 0, 999 do
        pieces[#pieces + 1] = "<tr>"
        for column = 0, 5 do
            pieces[#pieces + 1] = "<td>"
            pieces[#pieces + 1] = r:escape_html(tostring(row * column))
            pieces[#pieces + 1] = "</td>"
        end
        pieces[#pieces + 1] = "</tr>\n"
    end
    pieces[#pieces + 1] = "</table>\n"
    r.content_type = "text/html; charset=utf-8"
    r:write(table.concat(pieces))
    return apache2.OK
end
