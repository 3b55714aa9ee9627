# SPDX-License-Identifier: Apache-2.0
from mod_python import apache
import json


def handler(req):
    order = json.loads(req.read())
    order["count"] += 1
    req.content_type = "application/json"
    req.write(json.dumps(order, separators=(",", ":")))
    return apache.OK
