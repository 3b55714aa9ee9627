# SPDX-License-Identifier: Apache-2.0
#
# mod_python's own SignedCookie signs with MD5; this one is mod_swift's format.
import base64
import hmac

from mod_python import apache, Cookie

KEY = b"5f1d4b9c8a7e6f5d4c3b2a1908f7e6d55f1d4b9c8a7e6f5d4c3b2a1908f7e6d5"


def sign(text):
    mac = hmac.digest(KEY, b"Scolor=" + text.encode(), "sha256")
    return base64.urlsafe_b64encode(mac)[:-1].decode()


def handler(req):
    signature, text = Cookie.get_cookie(req, "color").value.split(":", 1)
    if not hmac.compare_digest(signature, sign(text)):
        return apache.HTTP_FORBIDDEN
    req.headers_out.add("Set-Cookie", "color=%s:%s; Path=/; HttpOnly" % (sign(text), text))
    req.content_type = "text/plain"
    req.write(text[1:] + "\n")
    return apache.OK
