# SPDX-License-Identifier: Apache-2.0
from mod_python import apache

INCOMING = ["X-In-%d" % i for i in range(30)]
OUTGOING = [("X-Out-%d" % i, "value %d" % i) for i in range(10)]


def handler(req):
    size = 0
    headers = req.headers_in
    for name in INCOMING:
        size += len(headers.get(name, ""))
    headers = req.headers_out
    for name, value in OUTGOING:
        headers[name] = value
    req.content_type = "text/plain"
    req.write("%d\n" % size)
    return apache.OK
