/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file client.c
 * @brief Sends the same request many times over keep-alive connections to
 *        127.0.0.1, reads every answer to its end (Content-Length or chunked)
 *        and stops with status 1 at the first that is not 200 or that differs
 *        from the first answer in head (but for Date and Expires) or body. So
 *        what is counted in the server is known to be whole answers.
 *
 *   client [-n requests] [-c connections] [-w pid] [-t seconds] [-p]
 *          [-s status] [-d body] [-f file] [-m type] [-H header …]
 *          [-i field:] [-q lengths] [-r rate] port path
 *
 *   -w  before each request, wait until this process sleeps: a server that
 *       is still on its way from the last answer to its poll() would find
 *       the next request there already, and take fewer calls by chance
 *   -t  give up after so long (120)
 *   -p  print the answer: its head without these, an empty line, its body
 *   -s  the status that every answer must have (200)
 *   -d  POST this form; else it is a GET
 *   -f  POST the content of this file
 *   -m  the type of what is sent (application/x-www-form-urlencoded)
 *   -H  a header line more, as often as there are such
 *   -i  a header field, with its colon, that may be another in each answer
 *   -r  so many requests a second at most, over all connections
 *   -q  ask with a query, of as many lengths in turn, each 8 bytes longer:
 *       what the server keeps of a request then lies elsewhere in a page
 *       each time, and what depends on that evens out
 *
 * One request is under way on each connection at a time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 1024
#define MAX_HEAD (64 * 1024)
#define MAX_QUERIES 400
#define QUERY_STEP 8

typedef struct {
    char *bytes;
    size_t length;
    size_t room;
} buffer;

/* What was read of a connection and is not yet part of an answer. */
typedef struct {
    int fd;
    int closes;                 /* the server closes it after the answer */
    buffer input;
} connection;

typedef struct {
    buffer head;                /* without the dates and the empty line */
    buffer body;                /* without the framing of chunks */
} answer;

static struct {
    long requests;
    int connections;
    int watched;
    unsigned limit;
    int print;
    int port;
    const char *path;
    const char *status;
    const char *type;
    const char *ignored;
    buffer body;
    buffer headers;
    long queries;
    long rate;
} options = {
    .requests = 1, .connections = 1, .limit = 120, .status = "200",
    .type = "application/x-www-form-urlencoded"
};

static void fail(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

static void fail(const char *format, ...)
{
    va_list arguments;

    fputs("client: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

/* ---- Bytes -------------------------------------------------------------- */

static void reserve(buffer *b, size_t more)
{
    if (b->length + more > b->room) {
        b->room = (b->length + more) * 2;
        b->bytes = realloc(b->bytes, b->room);
        if (b->bytes == NULL) {
            fail("out of memory");
        }
    }
}

static void append(buffer *b, const char *bytes, size_t length)
{
    reserve(b, length + 1);
    if (length > 0) {
        memcpy(b->bytes + b->length, bytes, length);
    }
    b->length += length;
}

static void append_text(buffer *b, const char *text)
{
    append(b, text, strlen(text));
}

static void consume(buffer *b, size_t length)
{
    b->length -= length;
    memmove(b->bytes, b->bytes + length, b->length);
}

static int same(const buffer *a, const buffer *b)
{
    return a->length == b->length
        && (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
}

/* ---- The process that is measured --------------------------------------- */

/* The letter for its state in /proc/PID/stat: it follows the name, which may
 * itself hold parentheses. */
static char process_state(int fd)
{
    char text[512];
    ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
    char *end;

    if (length <= 0) {
        fail("process %d ended", options.watched);
    }
    text[length] = '\0';
    end = strrchr(text, ')');
    return end != NULL && end[1] != '\0' ? end[2] : '?';
}

static void wait_until_it_sleeps(void)
{
    static int fd = -1;
    const struct timespec pause = { 0, 20 * 1000 };
    char name[64];

    if (fd < 0) {
        snprintf(name, sizeof(name), "/proc/%d/stat", options.watched);
        fd = open(name, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            fail("%s: %s", name, strerror(errno));
        }
    }
    while (process_state(fd) != 'S') {
        nanosleep(&pause, NULL);
    }
}

/* ---- Connections -------------------------------------------------------- */

static void open_connection(connection *c)
{
    struct sockaddr_in address = { 0 };
    int on = 1;

    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)options.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->closes = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0
        || connect(c->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        fail("127.0.0.1:%d: %s", options.port, strerror(errno));
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static void read_more(connection *c)
{
    ssize_t got;

    reserve(&c->input, 16 * 1024);
    do {
        got = recv(c->fd, c->input.bytes + c->input.length,
                   c->input.room - c->input.length, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        fail("reading: %s", strerror(errno));
    }
    if (got == 0) {
        fail("the server closed the connection within an answer");
    }
    c->input.length += (size_t)got;
}

/* "?", and QUERY_STEP bytes more each time until the first length again. */
static const char *next_query(void)
{
    static char query[MAX_QUERIES * QUERY_STEP + 2];
    static long sent;
    size_t length;

    if (options.queries == 0) {
        return "";
    }
    length = (size_t)(sent++ % options.queries) * QUERY_STEP + 1;
    query[0] = '?';
    memset(query + 1, 'x', length);
    query[length + 1] = '\0';
    return query;
}

/* The same for all requests, but for what next_query() says. */
static void build_request(buffer *request)
{
    char line[256];
    int length;

    request->length = 0;
    append_text(request, options.body.bytes == NULL ? "GET " : "POST ");
    append_text(request, options.path);
    append_text(request, next_query());
    append_text(request, " HTTP/1.1\r\nHost: localhost\r\n");
    append(request, options.headers.bytes, options.headers.length);
    if (options.body.bytes != NULL) {
        length = snprintf(line, sizeof(line),
                          "Content-Type: %s\r\nContent-Length: %zu\r\n",
                          options.type, options.body.length);
        append(request, line, (size_t)length);
    }
    append_text(request, "\r\n");
    append(request, options.body.bytes, options.body.length);
}

static void send_request(connection *c)
{
    static buffer request;
    size_t sent = 0;
    ssize_t count;

    build_request(&request);
    if (c->closes) {
        close(c->fd);
        open_connection(c);
    }
    if (options.watched != 0) {
        wait_until_it_sleeps();
    }
    while (sent < request.length) {
        count = send(c->fd, request.bytes + sent, request.length - sent,
                     MSG_NOSIGNAL);
        if (count < 0) {
            fail("writing: %s", strerror(errno));
        }
        sent += (size_t)count;
    }
}

/* ---- Answers ------------------------------------------------------------ */

/* The length of the next line, its CR LF included. */
static size_t await_line(connection *c)
{
    const char *end;
    size_t seen = 0;

    for (;;) {
        if (c->input.length > seen) {
            end = memchr(c->input.bytes + seen, '\n', c->input.length - seen);
            if (end != NULL) {
                break;
            }
        }
        seen = c->input.length;
        if (seen > MAX_HEAD) {
            fail("a line without an end");
        }
        read_more(c);
    }
    seen = (size_t)(end - c->input.bytes) + 1;
    if (seen < 2 || end[-1] != '\r') {
        fail("a line of the answer ends without CR");
    }
    return seen;
}

static void take_body(connection *c, size_t length, buffer *body)
{
    while (c->input.length < length) {
        read_more(c);
    }
    append(body, c->input.bytes, length);
    consume(&c->input, length);
}

static void take_chunks(connection *c, buffer *body)
{
    size_t line, length;

    do {
        line = await_line(c);
        length = strtoul(c->input.bytes, NULL, 16);
        consume(&c->input, line);
        take_body(c, length, body);
        if (length > 0) {
            consume(&c->input, await_line(c));
        }
    } while (length > 0);
    while ((line = await_line(c)) > 2) {
        consume(&c->input, line);       /* trailers */
    }
    consume(&c->input, line);
}

/* The value of a header line when it has this name ("Date:"); else NULL. */
static const char *value_of(const char *line, const char *name)
{
    size_t length = strlen(name);

    if (strncasecmp(line, name, length) != 0) {
        return NULL;
    }
    return line + length + strspn(line + length, " \t");
}

static void take_status_line(connection *c, buffer *head)
{
    size_t line = await_line(c);

    if (line < 14 || strncmp(c->input.bytes, "HTTP/1.1 ", 9) != 0
        || strncmp(c->input.bytes + 9, options.status, 3) != 0) {
        fail("the answer is %.*s", (int)line - 2, c->input.bytes);
    }
    append(head, c->input.bytes, line);
    consume(&c->input, line);
}

static void take_answer(connection *c, answer *a)
{
    long length = -1;
    int chunked = 0;
    const char *value;
    size_t line;

    a->head.length = a->body.length = 0;
    take_status_line(c, &a->head);
    while ((line = await_line(c)) > 2) {
        if ((value = value_of(c->input.bytes, "Content-Length:"))) {
            length = strtol(value, NULL, 10);
        }
        else if ((value = value_of(c->input.bytes, "Transfer-Encoding:"))) {
            chunked = strncasecmp(value, "chunked", 7) == 0;
        }
        else if ((value = value_of(c->input.bytes, "Connection:"))) {
            c->closes = strncasecmp(value, "close", 5) == 0;
        }
        if (value_of(c->input.bytes, "Date:") == NULL
            && value_of(c->input.bytes, "Expires:") == NULL
            && (options.ignored == NULL
                || value_of(c->input.bytes, options.ignored) == NULL)) {
            append(&a->head, c->input.bytes, line);
        }
        consume(&c->input, line);
    }
    consume(&c->input, line);
    if (chunked) {
        take_chunks(c, &a->body);
    }
    else if (length >= 0) {
        take_body(c, (size_t)length, &a->body);
    }
    else {
        fail("the answer has neither Content-Length nor chunks");
    }
    if (c->input.length > 0) {
        fail("%zu bytes follow the answer", c->input.length);
    }
}

static void check_answer(const answer *a, const answer *first, long number)
{
    if (!same(&a->head, &first->head)) {
        fail("answer %ld has another head than the first:\n%.*s", number,
             (int)a->head.length, a->head.bytes);
    }
    if (!same(&a->body, &first->body)) {
        fail("answer %ld has another body than the first:\n%.*s", number,
             (int)a->body.length, a->body.bytes);
    }
}

/* ---- The run ------------------------------------------------------------ */

/* Until the time of a request that is not to be sent earlier. */
static void wait_for_turn(long done)
{
    static struct timespec start;
    struct timespec turn;
    long long ns;

    if (options.rate == 0) {
        return;
    }
    if (done == 0) {
        clock_gettime(CLOCK_MONOTONIC, &start);
    }
    ns = start.tv_nsec + done * 1000000000LL / options.rate;
    turn.tv_sec = start.tv_sec + (time_t)(ns / 1000000000);
    turn.tv_nsec = (long)(ns % 1000000000);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &turn, NULL);
}

/* Requests on all connections, then their answers, until all are done. */
static void run(connection *connections, answer *first)
{
    answer next = { { 0 }, { 0 } };
    long done = 0;
    int i, round;

    while (done < options.requests) {
        round = options.connections;
        if (options.requests - done < round) {
            round = (int)(options.requests - done);
        }
        wait_for_turn(done);
        for (i = 0; i < round; i++) {
            send_request(&connections[i]);
        }
        for (i = 0; i < round; i++, done++) {
            take_answer(&connections[i], done == 0 ? first : &next);
            if (done > 0) {
                check_answer(&next, first, done + 1);
            }
        }
    }
}

static void on_alarm(int number)
{
    static const char text[] = "client: not done within the time limit\n";

    (void)number;
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    _exit(1);
}

static long number(const char *text, long low, long high)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || value < low || value > high) {
        fail("%s is not a number from %ld to %ld", text, low, high);
    }
    return value;
}

static void read_body(const char *name)
{
    struct stat info;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    buffer *body = &options.body;
    ssize_t got;

    if (fd < 0 || fstat(fd, &info) < 0) {
        fail("%s: %s", name, strerror(errno));
    }
    reserve(body, (size_t)info.st_size + 1);
    while ((got = read(fd, body->bytes + body->length,
                       (size_t)info.st_size - body->length)) > 0) {
        body->length += (size_t)got;
    }
    close(fd);
    if (body->length != (size_t)info.st_size) {
        fail("%s: could not be read to its end", name);
    }
}

static void read_options(int argc, char *const argv[])
{
    int letter;

    while ((letter = getopt(argc, argv, "n:c:w:t:ps:d:f:m:H:i:q:r:")) != -1) {
        switch (letter) {
        case 'n': options.requests = number(optarg, 1, 1L << 40); break;
        case 'c': options.connections = (int)number(optarg, 1,
                                                    MAX_CONNECTIONS); break;
        case 'w': options.watched = (int)number(optarg, 1, 1 << 30); break;
        case 't': options.limit = (unsigned)number(optarg, 1, 86400); break;
        case 'p': options.print = 1; break;
        case 's':
            (void)number(optarg, 200, 599);
            options.status = optarg;
            break;
        case 'd': append_text(&options.body, optarg); break;
        case 'f': read_body(optarg); break;
        case 'm': options.type = optarg; break;
        case 'H':
            append_text(&options.headers, optarg);
            append_text(&options.headers, "\r\n");
            break;
        case 'i': options.ignored = optarg; break;
        case 'r': options.rate = number(optarg, 1, 1000000); break;
        case 'q': options.queries = number(optarg, 1, MAX_QUERIES); break;
        default: exit(2);
        }
    }
    if (argc - optind != 2) {
        fputs("usage: client [-n requests] [-c connections] [-w pid] "
              "[-t seconds] [-p] [-s status] [-d body] [-f file] "
              "[-m type] [-H header] [-i field:] [-q lengths] [-r rate] "
              "port path\n",
              stderr);
        exit(2);
    }
    options.port = (int)number(argv[optind], 1, 65535);
    options.path = argv[optind + 1];
}

int main(int argc, char *argv[])
{
    static connection connections[MAX_CONNECTIONS];
    answer first = { { 0 }, { 0 } };
    int i;

    read_options(argc, argv);
    signal(SIGALRM, on_alarm);
    alarm(options.limit);
    for (i = 0; i < options.connections; i++) {
        open_connection(&connections[i]);
    }
    run(connections, &first);
    if (options.print) {
        fwrite(first.head.bytes, 1, first.head.length, stdout);
        fputs("\r\n", stdout);
        fwrite(first.body.bytes, 1, first.body.length, stdout);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
