# SPDX-License-Identifier: Apache-2.0
from urllib.parse import parse_qs

NAMES = [b"field_%d" % i for i in range(20)]


def application(environ, start_response):
    form = parse_qs(environ["wsgi.input"].read(), keep_blank_values=True)
    size = 0
    for name in NAMES:
        size += len(form[name][0].decode())
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"%d\n" % size]
