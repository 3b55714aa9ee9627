# SPDX-License-Identifier: Apache-2.0
from mod_python import apache

PASSWORDS = {"ann": "secret"}


def authenhandler(req):
    password = req.get_basic_auth_pw()
    if password is None or PASSWORDS.get(req.user) != password:
        return apache.HTTP_UNAUTHORIZED
    return apache.OK
