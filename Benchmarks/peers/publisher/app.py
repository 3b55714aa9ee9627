# SPDX-License-Identifier: Apache-2.0


def email(req, name="", comment=""):
    req.content_type = "text/plain; charset=utf-8"
    return "%s: %s\n" % (name, comment)
