-- SPDX-License-Identifier: Apache-2.0
function handle(r)
    local form = r:parsebody(4 * 1024 * 1024)
    r.content_type = "text/plain; charset=utf-8"
    r:puts(#form.f, "\n")
    return apache2.OK
end
