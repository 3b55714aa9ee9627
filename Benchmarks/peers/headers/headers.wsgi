# SPDX-License-Identifier: Apache-2.0
INCOMING = ["HTTP_X_IN_%d" % i for i in range(30)]
OUTGOING = [("X-Out-%d" % i, "value %d" % i) for i in range(10)]
OUTGOING.append(("Content-Type", "text/plain"))


def application(environ, start_response):
    size = 0
    for name in INCOMING:
        size += len(environ.get(name, ""))
    start_response("200 OK", OUTGOING)
    return [b"%d\n" % size]
