# SPDX-License-Identifier: Apache-2.0


def email(req, name="", comment=""):
    return "%s: %s\n" % (name, comment)
