/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_forms_c.c
 * @brief Forms in C, as Benchmarks/forms/forms.swift has them in Swift: what
 *        the topic "forms" measures against.
 *
 * The query says what to do: read all fields as strings with httpd's own
 * parser, find a file in a multipart body and write it to a file, or write a
 * body to a file as it comes.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_protocol.h>
#include <util_filter.h>

#include <apr_buckets.h>
#include <apr_strings.h>

#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The longest delimiter: line break, dashes, a boundary of 70. */
#define LONGEST 74

static const char *spool = "/tmp";

static long fields(request_rec *r)
{
    apr_array_header_t *pairs = NULL;
    long size = 0;

    if (ap_parse_form_data(r, NULL, &pairs, -1, HUGE_STRING_LEN) != OK) {
        return -1;
    }
    for (int i = 0; i < pairs->nelts; i++) {
        ap_form_pair_t *pair = &APR_ARRAY_IDX(pairs, i, ap_form_pair_t);
        apr_off_t length;
        apr_size_t count;
        char *text;

        apr_brigade_length(pair->value, 1, &length);
        count = (apr_size_t)length;
        text = apr_palloc(r->pool, count + 1);
        apr_brigade_flatten(pair->value, text, &count);
        text[count] = '\0';
        size += (long)strlen(text);
    }
    return size;
}

/* What is being found: the content of the only part. */
typedef struct {
    int file;
    /* The delimiter behind the content. */
    char delimiter[LONGEST + 1];
    size_t length;
    /* The end of what was seen, which may be the beginning of a delimiter. */
    char tail[LONGEST];
    size_t tail_length;
    /* The header of the part, until it is complete. */
    char header[8192];
    size_t header_length;
    int state;                  /* 0: header, 1: content, 2: behind it */
    long size;
} upload;

static void put(upload *u, const char *data, size_t length)
{
    struct iovec parts[2] = {
        { u->tail, u->tail_length }, { (char *)data, length }
    };
    ssize_t written = writev(u->file, parts, 2);

    u->size += written > 0 ? written : 0;
    u->tail_length = 0;
}

/* Content: all but what may be the beginning of the delimiter is written. */
static void content(upload *u, const char *data, size_t length)
{
    char joint[2 * LONGEST];
    size_t head = length < u->length ? length : u->length;
    const char *found;

    memcpy(joint, u->tail, u->tail_length);
    memcpy(joint + u->tail_length, data, head);
    found = memmem(joint, u->tail_length + head, u->delimiter, u->length);
    if (found != NULL) {
        size_t count = (size_t)(found - joint);

        u->tail_length = 0;
        put(u, joint, count);
        u->state = 2;
        return;
    }
    found = memmem(data, length, u->delimiter, u->length);
    if (found != NULL) {
        put(u, data, (size_t)(found - data));
        u->state = 2;
        return;
    }
    if (length < u->length) {
        size_t excess = u->tail_length + length;

        excess = excess > u->length - 1 ? excess - (u->length - 1) : 0;
        if (excess > 0) {
            size_t kept = u->tail_length + length - excess;

            u->tail_length = 0;
            put(u, joint, excess);
            memcpy(u->tail, joint + excess, kept);
            u->tail_length = kept;
        }
        else {
            memcpy(u->tail + u->tail_length, data, length);
            u->tail_length += length;
        }
        return;
    }
    put(u, data, length - (u->length - 1));
    memcpy(u->tail, data + length - (u->length - 1), u->length - 1);
    u->tail_length = u->length - 1;
}

static void take(upload *u, const char *data, size_t length)
{
    if (u->state == 0) {
        size_t room = sizeof(u->header) - u->header_length;
        size_t count = length < room ? length : room;
        size_t before = u->header_length;
        char *end;

        memcpy(u->header + before, data, count);
        u->header_length += count;
        end = memmem(u->header, u->header_length, "\r\n\r\n", 4);
        if (end == NULL) {
            return;
        }
        u->state = 1;
        count = (size_t)(end + 4 - u->header) - before;
        data += count;
        length -= count;
    }
    if (u->state == 1 && length > 0) {
        content(u, data, length);
    }
}

/* Reads the body; what is no upload is written as it comes. */
static long read_body(request_rec *r, upload *u, int is_upload)
{
    apr_bucket_brigade *bb = apr_brigade_create(r->pool,
                                                r->connection->bucket_alloc);
    int ended = 0;

    while (!ended) {
        if (ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES,
                           APR_BLOCK_READ, 65536) != APR_SUCCESS) {
            return -1;
        }
        for (apr_bucket *b = APR_BRIGADE_FIRST(bb);
             b != APR_BRIGADE_SENTINEL(bb) && !ended; b = APR_BUCKET_NEXT(b)) {
            const char *data;
            apr_size_t length;

            if (APR_BUCKET_IS_EOS(b)) {
                ended = 1;
            }
            else if (!APR_BUCKET_IS_METADATA(b)) {
                if (apr_bucket_read(b, &data, &length, APR_BLOCK_READ)
                    != APR_SUCCESS) {
                    return -1;
                }
                if (is_upload) {
                    take(u, data, length);
                }
                else {
                    put(u, data, length);
                }
            }
        }
        apr_brigade_cleanup(bb);
    }
    return u->size;
}

static long body(request_rec *r, int is_upload)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    const char *boundary = type ? strstr(type, "boundary=") : NULL;
    upload *u = apr_pcalloc(r->pool, sizeof(*u));
    long size;

    if (boundary == NULL || strlen(boundary + 9) > 70) {
        return -1;
    }
    apr_snprintf(u->delimiter, sizeof(u->delimiter), "\r\n--%s",
                 boundary + 9);
    u->length = strlen(u->delimiter);
    u->file = open(spool, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (u->file < 0) {
        return -1;
    }
    size = read_body(r, u, is_upload);
    close(u->file);
    return size;
}

static int forms_handler(request_rec *r)
{
    long size = 0;

    if (strcmp(r->handler, "forms-c") != 0) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/plain; charset=utf-8");
    switch (r->args == NULL ? 0 : r->args[0]) {
    case 's': case 'b': size = fields(r); break;
    case 'u': size = body(r, 1); break;
    case 'w': size = body(r, 0); break;
    }
    ap_rprintf(r, "%ld\n", size);
    return OK;
}

static const char *set_spool(cmd_parms *cmd, void *config, const char *path)
{
    (void)cmd;
    (void)config;
    spool = path;
    return NULL;
}

static const command_rec commands[] = {
    AP_INIT_TAKE1("FormsSpool", set_spool, NULL, RSRC_CONF, "a directory"),
    { NULL }
};

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_handler(forms_handler, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(forms_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, commands, register_hooks
};
