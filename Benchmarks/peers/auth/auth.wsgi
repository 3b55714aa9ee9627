# SPDX-License-Identifier: Apache-2.0
PASSWORDS = {"ann": "secret"}


def check_password(environ, user, password):
    if user not in PASSWORDS:
        return None
    return PASSWORDS[user] == password
