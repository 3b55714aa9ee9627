# SPDX-License-Identifier: Apache-2.0
from mod_python import apache, util


def handler(req):
    form = util.FieldStorage(req)
    req.content_type = "text/plain; charset=utf-8"
    req.write("%d\n" % form["f"].file.seek(0, 2))
    return apache.OK
