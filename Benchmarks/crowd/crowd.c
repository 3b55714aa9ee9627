/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file crowd.c
 * @brief Many connections to an echo server on 127.0.0.1, idle most of the
 *        time. What is asked for comes line by line on standard input, and each
 *        line is answered by one; status 1 at the first byte that is lost or
 *        wrong.
 *
 *   crowd connections port
 *
 *   open       make the connections, one echo on each: prints "open"
 *   round      a line on all at once, then all echoes: prints milliseconds
 *   single     a line on one after the other, 1,000 of them spread over all:
 *              prints the median and the longest, in microseconds
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LINE 32
#define SINGLES 1000

static int *sockets;
static int connections, port, sent;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int connected(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET };
    struct timeval patience = { .tv_sec = 60 };
    int one = 1, s = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_port = htons((unsigned short)port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s < 0 || setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one))
        || setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))
        || connect(s, (struct sockaddr *)&to, sizeof(to)) != 0) {
        fail("connect");
    }
    return s;
}

/* Each line is another one: an old echo is not taken for a new. */
static void line_of(char *line, int index, int number)
{
    memset(line, '.', LINE);
    line[snprintf(line, LINE, "%d %d ", index, number)] = '.';
    line[LINE - 1] = '\n';
}

static void send_line(int index, int number)
{
    char line[LINE];

    line_of(line, index, number);
    if (write(sockets[index], line, LINE) != LINE) {
        fail("write");
    }
}

static void expect_line(int index, int number)
{
    char line[LINE], echo[LINE];
    ssize_t count;

    line_of(line, index, number);
    for (size_t length = 0; length < LINE; length += (size_t)count) {
        count = read(sockets[index], echo + length, LINE - length);
        if (count <= 0) {
            fail("read");
        }
    }
    if (memcmp(line, echo, LINE) != 0) {
        fprintf(stderr, "connection %d: a wrong echo\n", index);
        exit(1);
    }
}

static void open_all(void)
{
    for (int i = 0; i < connections; i++) {
        sockets[i] = connected();
        send_line(i, sent);
        expect_line(i, sent);
    }
    puts("open");
}

static void send_round(void)
{
    double start = now();

    sent++;
    for (int i = 0; i < connections; i++) {
        send_line(i, sent);
    }
    for (int i = 0; i < connections; i++) {
        expect_line(i, sent);
    }
    printf("%.0f\n", (now() - start) / 1e3);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void send_singles(void)
{
    static double times[SINGLES];

    for (int i = 0; i < SINGLES; i++) {
        int index = (int)((long)i * 7919 % connections);
        double start = now();

        sent++;
        send_line(index, sent);
        expect_line(index, sent);
        times[i] = now() - start;
    }
    qsort(times, SINGLES, sizeof(*times), by_value);
    printf("%.0f %.0f\n", times[SINGLES / 2], times[SINGLES - 1]);
}

int main(int argc, char **argv)
{
    struct rlimit files;
    char order[32];

    if (argc != 3 || (connections = atoi(argv[1])) < 1
        || (port = atoi(argv[2])) < 1) {
        fprintf(stderr, "usage: crowd connections port\n");
        return 2;
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    sockets = calloc((size_t)connections, sizeof(*sockets));
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (sockets != NULL && fgets(order, sizeof(order), stdin) != NULL) {
        if (strcmp(order, "open\n") == 0) {
            open_all();
        }
        else if (strcmp(order, "round\n") == 0) {
            send_round();
        }
        else if (strcmp(order, "single\n") == 0) {
            send_singles();
        }
    }
    return 0;
}
