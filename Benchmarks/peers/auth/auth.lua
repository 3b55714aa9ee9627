-- SPDX-License-Identifier: Apache-2.0
local passwords = { ann = "secret" }

function check(r)
    local encoded = (r.headers_in["Authorization"] or ""):match("^Basic%s+(%S+)")
    local user, password = r:base64_decode(encoded or ""):match("^([^:]*):(.*)")
    if user == nil or passwords[user] ~= password then
        r.err_headers_out["WWW-Authenticate"] = 'Basic realm="peers"'
        return 401
    end
    r.user = user
    return apache2.OK
end
