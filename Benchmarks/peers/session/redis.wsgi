# SPDX-License-Identifier: Apache-2.0
import os

from beaker.middleware import SessionMiddleware


def count(environ, start_response):
    session = environ["beaker.session"]
    session["n"] = session.get("n", 0) + 1
    session.save()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]


application = SessionMiddleware(
    count,
    {
        "session.type": "ext:redis",
        "session.url": "unix://" + os.path.abspath(os.path.join(os.path.dirname(__file__), "../../redis/socket")),
        "session.auto": False,
    },
)
