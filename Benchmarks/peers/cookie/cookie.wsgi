# SPDX-License-Identifier: Apache-2.0
import base64
import hmac
from http.cookies import SimpleCookie

KEY = b"5f1d4b9c8a7e6f5d4c3b2a1908f7e6d55f1d4b9c8a7e6f5d4c3b2a1908f7e6d5"


def sign(text):
    mac = hmac.digest(KEY, b"Scolor=" + text.encode(), "sha256")
    return base64.urlsafe_b64encode(mac)[:-1].decode()


def application(environ, start_response):
    signature, text = SimpleCookie(environ["HTTP_COOKIE"])["color"].value.split(":", 1)
    if not hmac.compare_digest(signature, sign(text)):
        start_response("403 Forbidden", [])
        return []
    cookie = "color=%s:%s; Path=/; HttpOnly" % (sign(text), text)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", cookie)])
    return [text[1:].encode() + b"\n"]
