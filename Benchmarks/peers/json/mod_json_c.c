/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_json_c.c
 * @brief Reads a JSON document with jansson, changes it, writes it.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <jansson.h>

#include <string.h>

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    char body[8192];
    size_t length = 0;
    long count;
    json_t *order;
    char *text;

    if (strcmp(r->handler, "json-c") != 0) {
        return DECLINED;
    }
    if (ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK) != OK
        || !ap_should_client_block(r)) {
        return HTTP_BAD_REQUEST;
    }
    while ((count = ap_get_client_block(r, body + length,
                                        sizeof(body) - length)) > 0) {
        length += (size_t)count;
    }
    order = json_loadb(body, length, 0, NULL);
    if (order == NULL) {
        return HTTP_BAD_REQUEST;
    }
    count = json_integer_value(json_object_get(order, "count"));
    json_object_set_new(order, "count", json_integer(count + 1));
    text = json_dumps(order, JSON_COMPACT);
    json_decref(order);
    ap_set_content_type(r, "application/json");
    ap_rputs(text, r);
    free(text);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(json_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
