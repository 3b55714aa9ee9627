/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_bodies_c.c
 * @brief Long bodies in C, as Benchmarks/bodies/bodies.swift has them in Swift:
 *        what the topic "bodies" measures against.
 *
 * The query says what to do: send the file "body" beside the handler, write as
 * many bytes, read a body and say its length, or send it back.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_protocol.h>
#include <util_filter.h>

#include <apr_buckets.h>
#include <apr_strings.h>

#define PIECE 65536
#define PIECES 16384

static int send_file(request_rec *r)
{
    const char *path = apr_pstrcat(r->pool, ap_make_dirstr_parent(r->pool,
                                                                  r->filename),
                                   "body", NULL);
    apr_size_t sent;
    apr_finfo_t info;
    apr_file_t *file;

    if (apr_file_open(&file, path,
                      APR_FOPEN_READ | APR_FOPEN_SENDFILE_ENABLED,
                      APR_FPROT_OS_DEFAULT, r->pool) != APR_SUCCESS
        || apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS) {
        return HTTP_NOT_FOUND;
    }
    ap_set_content_length(r, info.size);
    return ap_send_fd(file, r, 0, (apr_size_t)info.size, &sent) == APR_SUCCESS
           ? OK : AP_FILTER_ERROR;
}

static int write_pieces(request_rec *r)
{
    char *piece = apr_palloc(r->pool, PIECE);

    memset(piece, 'x', PIECE);
    for (int i = 0; i < PIECES; i++) {
        if (ap_rwrite(piece, PIECE, r) < 0) {
            break;
        }
    }
    return OK;
}

/* Counts the bytes, or sends them back. */
static int read_body(request_rec *r, int echo)
{
    apr_bucket_brigade *bb = apr_brigade_create(r->pool,
                                                r->connection->bucket_alloc);
    apr_off_t size = 0;
    int ended = 0;

    while (!ended) {
        apr_status_t rv = ap_get_brigade(r->input_filters, bb,
                                         AP_MODE_READBYTES, APR_BLOCK_READ,
                                         PIECE);

        if (rv != APR_SUCCESS) {
            return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
        }
        for (apr_bucket *b = APR_BRIGADE_FIRST(bb);
             b != APR_BRIGADE_SENTINEL(bb) && !ended; b = APR_BUCKET_NEXT(b)) {
            const char *data;
            apr_size_t length;

            if (APR_BUCKET_IS_EOS(b)) {
                ended = 1;
            }
            else if (!APR_BUCKET_IS_METADATA(b)) {
                rv = apr_bucket_read(b, &data, &length, APR_BLOCK_READ);
                if (rv != APR_SUCCESS) {
                    return HTTP_BAD_REQUEST;
                }
                size += (apr_off_t)length;
                if (echo) {
                    ap_rwrite(data, (int)length, r);
                }
            }
        }
        apr_brigade_cleanup(bb);
    }
    if (!echo) {
        ap_rprintf(r, "%" APR_OFF_T_FMT "\n", size);
    }
    return OK;
}

static int bodies_handler(request_rec *r)
{
    if (strcmp(r->handler, "bodies-c") != 0) {
        return DECLINED;
    }
    ap_set_content_type(r, "application/octet-stream");
    switch (r->args == NULL ? 0 : r->args[0]) {
    case 'f': return send_file(r);
    case 'w': return write_pieces(r);
    case 'e': return read_body(r, 1);
    default: return read_body(r, 0);
    }
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_handler(bodies_handler, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(bodies_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
