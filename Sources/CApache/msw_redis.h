/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_redis.h
 * @brief The interface of libmsw_redis.so.1, which is linked to hiredis and
 *        loaded when a session store needs it, so that processes without redis
 *        do not load it.
 *
 * A connection is used by one thread at a time. Texts are bytes with a length.
 */
#ifndef MSW_REDIS_H
#define MSW_REDIS_H

#include <stddef.h>

/** Changes whenever this file changes. */
#define MSW_REDIS_ABI 1

typedef struct msw_redis msw_redis;

typedef enum {
    MSW_REDIS_NIL,
    MSW_REDIS_TEXT,
    MSW_REDIS_INTEGER,
    /** text is the message of redis. */
    MSW_REDIS_ERROR,
    /** The connection can no longer be used; text contains the reason. */
    MSW_REDIS_BROKEN
} msw_redis_kind;

/** A reply. text is valid until the connection's next call. */
typedef struct msw_redis_reply {
    msw_redis_kind kind;
    long long integer;
    const char *text;
    size_t length;
} msw_redis_reply;

typedef struct msw_redis_functions {
    int abi;
    /**
     * Connects.
     * @param host a name or address; a path when port is 0
     * @param milliseconds the timeout for connecting, and for each command
     * @param reply receives MSW_REDIS_BROKEN and the reason if that fails
     * @return the connection, or NULL
     */
    msw_redis *(*connect)(const char *host, int port, int milliseconds,
                          msw_redis_reply *reply);
    /** Sends a command and waits for the reply. */
    void (*command)(msw_redis *connection, int count, const char **arguments,
                    const size_t *lengths, msw_redis_reply *reply);
    /** Closes a connection. */
    void (*close)(msw_redis *connection);
} msw_redis_functions;

#endif /* MSW_REDIS_H */
