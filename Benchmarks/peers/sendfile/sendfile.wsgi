# SPDX-License-Identifier: Apache-2.0
import os

BODY = os.path.join(os.path.dirname(__file__), "body")


def application(environ, start_response):
    size = str(os.stat(BODY).st_size)
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", size)])
    return environ["wsgi.file_wrapper"](open(BODY, "rb"), 65536)
