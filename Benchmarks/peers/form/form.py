# SPDX-License-Identifier: Apache-2.0
from mod_python import apache, util


def handler(req):
    req.content_type = "text/plain; charset=utf-8"
    size = 0
    if req.args and req.args[0] == "s":
        form = util.FieldStorage(req)
        for index in range(20):
            size += len(form.getfirst(b"field_%d" % index))
    req.write("%d\n" % size)
    return apache.OK
