/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_publisher_c.c
 * @brief Responds with two parameters of the query.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <apr_strings.h>

#include <string.h>

/* The decoded value of a parameter; "" where there is none. */
static const char *parameter(request_rec *r, const char *name)
{
    size_t length = strlen(name);
    const char *query = r->args;

    while (query != NULL && *query != '\0') {
        char *value = ap_getword(r->pool, &query, '&');

        if (strncmp(value, name, length) == 0 && value[length] == '=') {
            value += length + 1;
            return ap_unescape_urlencoded(value) == OK ? value : "";
        }
    }
    return "";
}

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    if (strcmp(r->handler, "publisher-c") != 0) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/plain; charset=utf-8");
    ap_rprintf(r, "%s: %s\n", parameter(r, "name"), parameter(r, "comment"));
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(publisher_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
