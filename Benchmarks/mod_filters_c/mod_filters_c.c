/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_filters_c.c
 * @brief Filters that change nothing in C, as Benchmarks/filters/filters.swift
 *        has them in Swift: what the topic "filters" measures against.
 */
#include <httpd.h>
#include <http_config.h>
#include <util_filter.h>

#include <apr_buckets.h>

static apr_status_t pass_out(ap_filter_t *f, apr_bucket_brigade *bb)
{
    return ap_pass_brigade(f->next, bb);
}

/* Writes what the brigade has to another one, which may go to a filter. */
static apr_status_t rewrite(apr_bucket_brigade *from, apr_bucket_brigade *to,
                            ap_filter_t *next)
{
    while (!APR_BRIGADE_EMPTY(from)) {
        apr_bucket *b = APR_BRIGADE_FIRST(from);
        apr_status_t rv;
        const char *data;
        apr_size_t length;

        if (APR_BUCKET_IS_METADATA(b)) {
            APR_BUCKET_REMOVE(b);
            APR_BRIGADE_INSERT_TAIL(to, b);
            continue;
        }
        if ((rv = apr_bucket_read(b, &data, &length, APR_BLOCK_READ))
            || (rv = apr_brigade_write(to, next ? ap_filter_flush : NULL, next,
                                       data, length))) {
            return rv;
        }
        apr_bucket_delete(b);
    }
    return APR_SUCCESS;
}

static apr_status_t read_out(ap_filter_t *f, apr_bucket_brigade *bb)
{
    apr_bucket_brigade *out = f->ctx;
    apr_status_t rv;

    if (out == NULL) {
        f->ctx = out = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
        apr_table_unset(f->r->headers_out, "Content-Length");
        apr_table_unset(f->r->headers_out, "ETag");
    }
    if ((rv = rewrite(bb, out, f->next)) == APR_SUCCESS) {
        rv = ap_pass_brigade(f->next, out);
    }
    apr_brigade_cleanup(out);
    return rv;
}

static apr_status_t pass_in(ap_filter_t *f, apr_bucket_brigade *bb,
                            ap_input_mode_t mode, apr_read_type_e block,
                            apr_off_t readbytes)
{
    return ap_get_brigade(f->next, bb, mode, block, readbytes);
}

static apr_status_t read_in(ap_filter_t *f, apr_bucket_brigade *bb,
                            ap_input_mode_t mode, apr_read_type_e block,
                            apr_off_t readbytes)
{
    apr_bucket_brigade *in = f->ctx;
    apr_status_t rv;

    if (in == NULL) {
        f->ctx = in = apr_brigade_create(f->r->pool, f->c->bucket_alloc);
    }
    rv = ap_get_brigade(f->next, in, mode, block, readbytes);
    if (rv == APR_SUCCESS) {
        rv = rewrite(in, bb, NULL);
    }
    apr_brigade_cleanup(in);
    return rv;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_register_output_filter("C-PASS", pass_out, NULL, AP_FTYPE_RESOURCE);
    ap_register_output_filter("C-READ", read_out, NULL, AP_FTYPE_RESOURCE);
    ap_register_input_filter("C-PASS", pass_in, NULL, AP_FTYPE_RESOURCE);
    ap_register_input_filter("C-READ", read_in, NULL, AP_FTYPE_RESOURCE);
}

AP_DECLARE_MODULE(filters_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
