/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_table_c.c
 * @brief What Benchmarks/table/table.swift does, as a module in C: one thing a
 *        hundred times, named by the handler: table-c-none, -get, -set.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <string.h>

#define ROUNDS 100

static apr_size_t get(request_rec *r)
{
    apr_size_t sum = 0;

    for (int i = 0; i < ROUNDS; i++) {
        const char *value = apr_table_get(r->notes, "X-Value");

        sum += value ? strlen(value) : 0;
    }
    return sum;
}

static apr_size_t set(request_rec *r)
{
    for (int i = 0; i < ROUNDS; i++) {
        apr_table_set(r->notes, "X-Value", "another value");
    }
    return 0;
}

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    apr_size_t sum = 0;

    if (strncmp(r->handler, "table-c-", 8) != 0) {
        return DECLINED;
    }
    apr_table_set(r->notes, "X-Value", "a short value");
    if (strcmp(r->handler + 8, "get") == 0) {
        sum = get(r);
    } else if (strcmp(r->handler + 8, "set") == 0) {
        sum = set(r);
    }
    ap_set_content_type(r, "text/plain");
    ap_rprintf(r, "%" APR_SIZE_T_FMT "\n", sum);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA table_c_module = {
    STANDARD20_MODULE_STUFF,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
