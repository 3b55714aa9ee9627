/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_page_c.c
 * @brief What Benchmarks/page/swift.psp does, as a module in C: a table of
 *        1,000 rows and 6 columns, appended to one growing buffer.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <stdlib.h>
#include <string.h>

struct buffer {
    char *bytes;
    size_t used;
    size_t capacity;
};

static char *room(struct buffer *b, size_t count)
{
    if (b->capacity - b->used < count) {
        b->capacity = b->capacity * 2 + count;
        b->bytes = realloc(b->bytes, b->capacity);
        if (!b->bytes) {
            abort();
        }
    }
    return b->bytes + b->used;
}

#define APPEND(b, text) append(b, text, sizeof(text) - 1)

static inline void append(struct buffer *b, const char *text, size_t count)
{
    memcpy(room(b, count), text, count);
    b->used += count;
}

static void append_number(struct buffer *b, unsigned number)
{
    char digits[10];
    size_t count = 0;

    do {
        digits[sizeof(digits) - ++count] = '0' + number % 10;
        number /= 10;
    } while (number > 0);
    append(b, digits + sizeof(digits) - count, count);
}

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    struct buffer b = { malloc(8192), 0, 8192 };

    if (strcmp(r->handler, "page-c") != 0) {
        free(b.bytes);
        return DECLINED;
    }
    ap_set_content_type(r, "text/html; charset=utf-8");
    APPEND(&b, "<table>\n");
    for (unsigned row = 0; row < 1000; row++) {
        APPEND(&b, "<tr>");
        for (unsigned column = 0; column < 6; column++) {
            APPEND(&b, "<td>");
            append_number(&b, row * column);
            APPEND(&b, "</td>");
        }
        APPEND(&b, "</tr>\n");
    }
    APPEND(&b, "</table>\n");
    ap_rwrite(b.bytes, (int)b.used, r);
    free(b.bytes);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA page_c_module = {
    STANDARD20_MODULE_STUFF,
    .register_hooks = register_hooks,
};
