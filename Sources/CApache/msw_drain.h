/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_drain.h
 * @brief How a child of the event, worker or prefork MPM ends itself in
 *        httpd's own graceful way. httpd has no function for that.
 *
 * The MPMs with threads end a child gracefully if it cannot accept a connection
 * because a resource is missing: the listener's accept function, a public
 * field, then returns APR_EGENERAL. Here that field is set to a function that
 * always returns it. The connection stays in the listener's queue, for another
 * child.
 */
#ifndef MSW_DRAIN_H
#define MSW_DRAIN_H

#include <httpd.h>
#include <ap_listen.h>
#include <ap_mpm.h>
#include <mpm_common.h>
#include <scoreboard.h>

#include <http_core.h>
#include <apr_portable.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
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

/** Mutable globals. Whether each child has its own listeners
 *  (ListenCoresBucketsRatio), which only the MPM can find. */
static inline int msw_listeners_are_hidden(void)
{
    return ap_num_listen_buckets > 1;
}

/** GracefulShutdownTimeout in seconds; 0: none. */
static inline int msw_graceful_shutdown_timeout(void)
{
    return ap_graceful_shutdown_timeout;
}

/** A listener for plain HTTP, if there is one. */
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
 * itself and closes the connection, so that a waiting listener wakes up. If
 * another child accepts it, it contains no request to respond to or to log.
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
        /* On this machine it is established at once, or not at all. */
        connect(fd, (const struct sockaddr *)&lr->bind_addr->sa,
                lr->bind_addr->salen);
        close(fd);
    }
}

/** Arrays of the scoreboard. Whether a child can accept new connections. */
static inline int msw_child_accepts(int slot)
{
    const process_score *ps = ap_get_scoreboard_process(slot);
    const worker_score *ws = ap_get_scoreboard_worker_from_indexes(slot, 0);

    return ps != NULL && ws != NULL && ps->pid != 0 && !ps->quiescing
           && ws->status >= SERVER_READY && ws->status < SERVER_GRACEFUL;
}

/** Whether a slot is free for another child. */
static inline int msw_slot_is_free(int slot)
{
    const process_score *ps = ap_get_scoreboard_process(slot);

    return ps != NULL && ps->pid == 0;
}

/* ---- The call of a stuck thread ----------------------------------------- */

/** Information about the call of a thread. */
typedef struct msw_call_facts {
    /** The request, or the connection; NULL: neither. */
    const void *subject;
    apr_time_t began;
    /** The number of bytes sent to the client or received from it. */
    apr_int64_t moved;
    /** The client's socket; -1: none. */
    int descriptor;
    /** Whether it is an HTTP/2 stream, which shares the socket with others. */
    int is_stream;
    /** The request line, and the client's address. */
    char line[256];
    char client[64];
} msw_call_facts;

/* MSW_CALL_FACTS of the trap guard. */
_Static_assert(sizeof(msw_call_facts) <= 512, "facts fit into a sample");

/** The number of bytes that a TCP socket's peer has acknowledged and sent. */
static inline apr_int64_t msw_bytes_moved(int fd)
{
    /* struct tcp_info: tcpi_bytes_acked is at 120, tcpi_bytes_received at 128;
     * the C library's own header ends before them. */
    apr_uint64_t info[17] = { 0 };
    socklen_t size = sizeof(info);

    if (fd < 0 || getsockopt(fd, IPPROTO_TCP, 11 /* TCP_INFO */, info, &size)
                  != 0 || size < sizeof(info)) {
        return 0;
    }
    return (apr_int64_t)(info[15] + info[16]);
}

static inline void msw_copy_text(char *to, size_t size, const char *from)
{
    size_t i = 0;

    while (from != NULL && i + 1 < size && from[i] != '\0') {
        to[i] = from[i];
        i++;
    }
    to[i] = '\0';
}

/**
 * Fills in the information about a call, on its thread; safe in a signal
 * handler.
 * @param tag the address of the_request in a request_rec; or that of a conn_rec
 *        when is_connection
 */
static inline void msw_read_call_facts(void *tag, int is_connection,
                                       msw_call_facts *facts)
{
    request_rec *r = is_connection
        ? NULL : (request_rec *)((char *)tag - offsetof(request_rec,
                                                        the_request));
    conn_rec *c = is_connection ? (conn_rec *)tag : r->connection;
    conn_rec *primary = c->master ? c->master : c;
    apr_socket_t *socket = ap_get_conn_socket(primary);
    apr_os_sock_t fd = -1;

    if (socket != NULL) {
        apr_os_sock_get(&fd, socket);
    }
    facts->descriptor = fd;
    facts->is_stream = c->master != NULL;
    facts->moved = facts->is_stream ? 0 : msw_bytes_moved(fd);
    msw_copy_text(facts->client, sizeof(facts->client), c->client_ip);
    if (r == NULL) {
        facts->subject = c;
        msw_copy_text(facts->line, sizeof(facts->line),
                      "in a connection handler");
        return;
    }
    facts->subject = r;
    facts->began = r->request_time;
    facts->moved += r->bytes_sent + r->read_length;
    msw_copy_text(facts->line, sizeof(facts->line), r->the_request);
}

static inline int msw_is_listening_port(const struct sockaddr *address)
{
    const ap_listen_rec *lr;
    int port;

    if (address->sa_family == AF_INET) {
        port = ntohs(((const struct sockaddr_in *)address)->sin_port);
    }
    else if (address->sa_family == AF_INET6) {
        port = ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
    }
    else {
        return 0;
    }
    for (lr = ap_listeners; lr != NULL; lr = lr->next) {
        if (lr->bind_addr != NULL && lr->bind_addr->port == port) {
            return 1;
        }
    }
    return 0;
}

/** Whether a descriptor is the socket of a client of this server. */
static inline int msw_is_client(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_storage storage;
    } address;
    socklen_t size = sizeof(address);
    int listens = 0;
    socklen_t length = sizeof(listens);

    return getsockname(fd, &address.any, &size) == 0
           && msw_is_listening_port(&address.any)
           && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0
           && !listens;
}

/** The limit below which descriptors are checked. */
static inline int msw_descriptor_limit(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536
        ? (int)limit.rlim_cur : 65536;
}

#endif /* MSW_DRAIN_H */
