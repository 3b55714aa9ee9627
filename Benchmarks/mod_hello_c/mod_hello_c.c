/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_hello_c.c
 * @brief The hello handler as a module in C: what Examples/hello/hello.swift
 *        is measured against. Same status, same headers, same body.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <string.h>

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    if (strcmp(r->handler, "hello-c") != 0) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/plain");
    ap_rputs("Hello World!\n", r);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA hello_c_module = {
    STANDARD20_MODULE_STUFF,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
