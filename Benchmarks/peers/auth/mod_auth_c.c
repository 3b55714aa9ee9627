/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_auth_c.c
 * @brief Checks name and password of Basic authentication.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>

#include <string.h>

/* Authentication; RUN_FIRST. */
static int check(request_rec *r)
{
    const char *password;
    int status = ap_get_basic_auth_pw(r, &password);

    if (status != OK) {
        return status;
    }
    if (strcmp(r->user, "ann") != 0 || strcmp(password, "secret") != 0) {
        ap_note_basic_auth_failure(r);
        return HTTP_UNAUTHORIZED;
    }
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_check_authn(check, NULL, NULL, APR_HOOK_MIDDLE,
                        AP_AUTH_INTERNAL_PER_CONF);
}

AP_DECLARE_MODULE(auth_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
