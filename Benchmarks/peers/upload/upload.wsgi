# SPDX-License-Identifier: Apache-2.0
from multipart import parse_form


def application(environ, start_response):
    files = []
    headers = {
        "Content-Type": environ["CONTENT_TYPE"],
        "Content-Length": environ["CONTENT_LENGTH"],
    }
    parse_form(headers, environ["wsgi.input"], None, files.append)
    size = files[0].size
    files[0].close()
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"%d\n" % size]
