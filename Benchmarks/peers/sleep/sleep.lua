-- SPDX-License-Identifier: Apache-2.0
function handle(r)
    r.usleep(100000)
    r.content_type = "text/plain"
    r:puts("awake\n")
    return apache2.OK
end
