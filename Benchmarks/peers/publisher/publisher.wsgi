# SPDX-License-Identifier: Apache-2.0
from urllib.parse import parse_qs


def application(environ, start_response):
    form = parse_qs(environ["QUERY_STRING"])
    text = "%s: %s\n" % (form["name"][0], form["comment"][0])
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode()]
