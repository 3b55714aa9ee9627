-- SPDX-License-Identifier: Apache-2.0
function handle(r)
    local form = r:parseargs()
    r.content_type = "text/plain; charset=utf-8"
    r:puts(form.name, ": ", (form.comment:gsub("+", " ")), "\n")
    return apache2.OK
end
