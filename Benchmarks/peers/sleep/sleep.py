# SPDX-License-Identifier: Apache-2.0
from mod_python import apache
import time


def handler(req):
    time.sleep(0.1)
    req.content_type = "text/plain"
    req.write("awake\n")
    return apache.OK
