-- SPDX-License-Identifier: Apache-2.0
function handle(r)
    r.content_type = "application/octet-stream"
    r:sendfile((r.filename:gsub("[^/]*$", "body")))
    return apache2.OK
end
