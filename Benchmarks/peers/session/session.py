# SPDX-License-Identifier: Apache-2.0
from mod_python import apache, Session


def handler(req):
    session = Session.Session(req)
    session["n"] = session.get("n", 0) + 1
    session.save()
    req.content_type = "text/plain"
    req.write("ok\n")
    return apache.OK
