/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_headers_c.c
 * @brief Reads 30 request headers and sets 10 response headers.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <apr_strings.h>

#include <string.h>

#define READ 30
#define SET 10

static const char *incoming[READ], *outgoing[SET], *values[SET];

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    size_t size = 0;

    if (strcmp(r->handler, "headers-c") != 0) {
        return DECLINED;
    }
    for (int i = 0; i < READ; i++) {
        const char *value = apr_table_get(r->headers_in, incoming[i]);

        size += value == NULL ? 0 : strlen(value);
    }
    for (int i = 0; i < SET; i++) {
        apr_table_set(r->headers_out, outgoing[i], values[i]);
    }
    ap_set_content_type(r, "text/plain");
    ap_rprintf(r, "%" APR_SIZE_T_FMT "\n", size);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    for (int i = 0; i < READ; i++) {
        incoming[i] = apr_psprintf(p, "X-In-%d", i);
    }
    for (int i = 0; i < SET; i++) {
        outgoing[i] = apr_psprintf(p, "X-Out-%d", i);
        values[i] = apr_psprintf(p, "value %d", i);
    }
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(headers_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
