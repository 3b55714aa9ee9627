# SPDX-License-Identifier: Apache-2.0
from mod_python import apache


def handler(req):
    req.content_type = "text/plain"
    req.write("Hello World!\n")
    return apache.OK
