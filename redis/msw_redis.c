/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_redis.c
 * @brief libmsw_redis.so.1: hiredis for the Swift library (msw_redis.h).
 */
#include "msw_redis.h"

#include <hiredis/hiredis.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

struct msw_redis {
    redisContext *context;
    redisReply *last;
};

/* The reason why connecting failed; for one thread at a time. */
static __thread char reason[256];

static void set_text(msw_redis_reply *reply, msw_redis_kind kind,
                     const char *text, size_t length)
{
    reply->kind = kind;
    reply->text = text;
    reply->length = length;
}

static void set_broken(msw_redis_reply *reply, const redisContext *context)
{
    const char *text = context != NULL && context->errstr[0] != '\0'
                       ? context->errstr : "no memory";

    snprintf(reason, sizeof(reason), "%s", text);
    set_text(reply, MSW_REDIS_BROKEN, reason, strlen(reason));
}

static msw_redis *connect_to(const char *host, int port, int milliseconds,
                             msw_redis_reply *reply)
{
    struct timeval limit = {
        .tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000
    };
    redisContext *context = port == 0
        ? redisConnectUnixWithTimeout(host, limit)
        : redisConnectWithTimeout(host, port, limit);
    msw_redis *connection;

    /* The timeout for connecting does not apply to commands. */
    if (context == NULL || context->err != 0
        || redisSetTimeout(context, limit) != REDIS_OK
        || (connection = calloc(1, sizeof(*connection))) == NULL) {
        set_broken(reply, context);
        if (context != NULL) {
            redisFree(context);
        }
        return NULL;
    }
    connection->context = context;
    return connection;
}

static void command(msw_redis *connection, int count, const char **arguments,
                    const size_t *lengths, msw_redis_reply *reply)
{
    redisReply *last;

    if (connection->last != NULL) {
        freeReplyObject(connection->last);
    }
    last = redisCommandArgv(connection->context, count, arguments, lengths);
    connection->last = last;
    if (last == NULL) {
        set_broken(reply, connection->context);
        return;
    }
    switch (last->type) {
    case REDIS_REPLY_INTEGER:
        reply->kind = MSW_REDIS_INTEGER;
        reply->integer = last->integer;
        break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        set_text(reply, MSW_REDIS_TEXT, last->str, last->len);
        break;
    case REDIS_REPLY_ERROR:
        set_text(reply, MSW_REDIS_ERROR, last->str, last->len);
        break;
    default:
        reply->kind = MSW_REDIS_NIL;
    }
}

static void close_connection(msw_redis *connection)
{
    if (connection->last != NULL) {
        freeReplyObject(connection->last);
    }
    redisFree(connection->context);
    free(connection);
}

/* The only symbol of the library. */
__attribute__((visibility("default")))
const msw_redis_functions *msw_redis_library(void)
{
    static const msw_redis_functions functions = {
        .abi = MSW_REDIS_ABI, .connect = connect_to, .command = command,
        .close = close_connection
    };

    return &functions;
}
