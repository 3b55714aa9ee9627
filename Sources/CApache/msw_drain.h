/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_drain.h
 * @brief How a child of the event, worker or prefork MPM comes to end in
 *        httpd's own graceful way, by itself. httpd offers no call for it.
 *
 * The MPMs with threads end a child gracefully when it cannot take a connection
 * for want of a resource: the function that accepts, which each listener names
 * in a public field, then answers APR_EGENERAL. Here that field comes to name a
 * function that always says so. The connection stays in the listener's queue,
 * for another child.
 */
#ifndef MSW_DRAIN_H
#define MSW_DRAIN_H

#include <httpd.h>
#include <ap_listen.h>
#include <ap_mpm.h>
#include <mpm_common.h>
#include <scoreboard.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static inline apr_status_t msw_take_no_connection(void **csd,
                                                  ap_listen_rec *lr,
                                                  apr_pool_t *ptrans)
{
    *csd = NULL;
    return APR_EGENERAL;
}

/** A mutable global, and a race with the listener's thread, which reads the
 *  field before each connection. */
static inline void msw_refuse_connections(void)
{
    ap_listen_rec *lr;

    for (lr = ap_listeners; lr != NULL; lr = lr->next) {
        __atomic_store_n(&lr->accept_func, msw_take_no_connection,
                         __ATOMIC_RELEASE);
    }
}

/** Mutable globals. Whether each child has listeners of its own
 *  (ListenCoresBucketsRatio), which nobody but the MPM can find. */
static inline int msw_listeners_are_hidden(void)
{
    return ap_num_listen_buckets > 1;
}

/** GracefulShutdownTimeout in seconds; 0: none. */
static inline int msw_graceful_shutdown_timeout(void)
{
    return ap_graceful_shutdown_timeout;
}

/** One that speaks plain HTTP, if there is one. */
static inline const ap_listen_rec *msw_listener_to_call(void)
{
    const ap_listen_rec *lr = ap_listeners;

    while (lr != NULL && lr->protocol != NULL
           && strcmp(lr->protocol, "http") != 0) {
        lr = lr->next;
    }
    return lr != NULL ? lr : ap_listeners;
}

/**
 * Mutable globals, and the addresses of <sys/socket.h>. Connects to the server
 * itself and closes, so that a listener that waits has something to look at.
 * Should another child take it, there is nothing in it to answer or to log.
 */
static inline void msw_call_listener(void)
{
    const ap_listen_rec *lr = msw_listener_to_call();
    int fd;

    if (lr == NULL || lr->bind_addr == NULL) {
        return;
    }
    fd = socket(lr->bind_addr->family,
                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        /* On this machine it is made at once, or not at all. */
        connect(fd, (const struct sockaddr *)&lr->bind_addr->sa,
                lr->bind_addr->salen);
        close(fd);
    }
}

/** Arrays of the scoreboard. Whether a child is there for new connections. */
static inline int msw_child_accepts(int slot)
{
    const process_score *ps = ap_get_scoreboard_process(slot);
    const worker_score *ws = ap_get_scoreboard_worker_from_indexes(slot, 0);

    return ps != NULL && ws != NULL && ps->pid != 0 && !ps->quiescing
           && ws->status >= SERVER_READY && ws->status < SERVER_GRACEFUL;
}

/** Whether a thread of a child that ends has something under way. Event marks
 *  all threads as SERVER_GRACEFUL when it begins, and as dead when they have
 *  ended; worker marks those that have ended. */
static inline int msw_thread_is_at_work(const worker_score *ws)
{
    return (ws->status > SERVER_READY && ws->status < SERVER_GRACEFUL)
           || (ws->status == SERVER_GRACEFUL
               && strcmp(ap_show_mpm(), "event") == 0);
}

#endif /* MSW_DRAIN_H */
