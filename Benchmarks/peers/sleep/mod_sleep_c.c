/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_sleep_c.c
 * @brief Sleeps 100 ms, then responds.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <apr_time.h>

#include <string.h>

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    if (strcmp(r->handler, "sleep-c") != 0) {
        return DECLINED;
    }
    apr_sleep(100 * 1000);
    ap_set_content_type(r, "text/plain");
    ap_rputs("awake\n", r);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(sleep_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
