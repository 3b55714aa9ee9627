# SPDX-License-Identifier: Apache-2.0
import os

from mod_python import apache

BODY = os.path.join(os.path.dirname(__file__), "body")


def handler(req):
    req.content_type = "application/octet-stream"
    req.set_content_length(os.stat(BODY).st_size)
    req.sendfile(BODY)
    return apache.OK
