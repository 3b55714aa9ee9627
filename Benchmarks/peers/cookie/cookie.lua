-- SPDX-License-Identifier: Apache-2.0
local hmac = require "openssl.hmac"
local key = "5f1d4b9c8a7e6f5d4c3b2a1908f7e6d55f1d4b9c8a7e6f5d4c3b2a1908f7e6d5"
local alphabet = { ["+"] = "-", ["/"] = "_", ["="] = "" }

local function sign(r, text)
    local encoded = r:base64_encode(hmac.new(key, "sha256"):final("Scolor=" .. text))
    return (encoded:gsub("[+/=]", alphabet))
end

function handle(r)
    local signature, text = r:getcookie("color"):match("^([^:]*):(.*)")
    if signature ~= sign(r, text) then return 403 end
    r.err_headers_out["Set-Cookie"] = "color=" .. sign(r, text) .. ":" .. text .. "; Path=/; HttpOnly"
    r.content_type = "text/plain"
    r:puts(text:sub(2), "\n")
    return apache2.OK
end
