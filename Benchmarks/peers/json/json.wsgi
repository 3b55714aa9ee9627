# SPDX-License-Identifier: Apache-2.0
import json


def application(environ, start_response):
    order = json.loads(environ["wsgi.input"].read())
    order["count"] += 1
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(order, separators=(",", ":")).encode()]
