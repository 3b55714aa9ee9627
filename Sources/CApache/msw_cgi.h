/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_cgi.h
 * @brief Starts the process of a CGI script.
 *
 * posix_spawn sets no resource limits, and fork copies the page tables of the
 * whole server: this is vfork, in C because Swift cannot call functions that
 * return twice.
 */
#ifndef MSW_CGI_H
#define MSW_CGI_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <http_config.h>
#include <http_core.h>
#include <util_script.h>

/** The parameters of a script's process. */
typedef struct msw_cgi_start {
    /** The descriptor of the program. */
    int program;
    char *const *arguments;
    char *const *environment;
    /** The working directory. */
    const char *directory;
    int input;
    int output;
    int errors;
    /** RLimitCPU, RLimitMEM, RLimitNPROC; NULL: none. */
    const struct rlimit *cpu;
    const struct rlimit *memory;
    const struct rlimit *processes;
} msw_cgi_start;

/* In the child: it shares the parent's memory, and the caller's stack. Only
 * system calls; nothing is allocated, and errno is the parent's. */
static inline int msw_cgi_prepare(const msw_cgi_start *start)
{
    /* exec resets handlers, but ignored signals would stay ignored. */
    static const int signals[] = { SIGPIPE, SIGCHLD, SIGHUP, SIGINT, SIGQUIT,
                                   SIGTERM, SIGALRM, SIGUSR1, SIGUSR2,
                                   SIGWINCH };
    struct sigaction standard = { .sa_handler = SIG_DFL };
    sigset_t none;
    size_t i;

    /* All signals are blocked: no handler of the server runs here. */
    for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sigaction(signals[i], &standard, NULL);
    }
    if (setpgid(0, 0) != 0 || dup2(start->input, 0) < 0
        || dup2(start->output, 1) < 0 || dup2(start->errors, 2) < 0
        || chdir(start->directory) != 0) {
        return -1;
    }
    if ((start->cpu != NULL && setrlimit(RLIMIT_CPU, start->cpu) != 0)
        || (start->memory != NULL && setrlimit(RLIMIT_AS, start->memory) != 0)
        || (start->processes != NULL
            && setrlimit(RLIMIT_NPROC, start->processes) != 0)) {
        return -1;
    }
    /* Descriptors that other modules have left open. CLOSE_RANGE_CLOEXEC is 4;
     * an old kernel does not support it, and APR's files are closed anyway. */
    syscall(SYS_close_range, 3u, ~0u, 4u);
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL);
}

/**
 * Starts a script, in a separate process group.
 * @return its id; -1 with the error number in *error
 */
static pid_t __attribute__((noinline, unused))
msw_cgi_spawn(const msw_cgi_start *start, int *error)
{
    volatile int failure = 0;
    sigset_t all, before;
    pid_t id;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    id = vfork();
    if (id == 0) {
        if (msw_cgi_prepare(start) == 0) {
            syscall(SYS_execveat, start->program, "", start->arguments,
                    start->environment, AT_EMPTY_PATH);
        }
        failure = errno;
        _exit(127);
    }
    *error = id < 0 ? errno : failure;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (id > 0 && failure != 0) {
        while (waitpid(id, NULL, 0) < 0 && errno == EINTR) {
            continue;
        }
        return -1;
    }
    return id;
}

/**
 * Waits for a script to end.
 * @param milliseconds the time to wait; 0: only checks
 * @param status receives the status of waitpid; 0 if another module got it
 * @return whether it has ended
 */
static inline int msw_cgi_wait(pid_t id, int milliseconds, int *status)
{
    struct pollfd file = { .events = POLLIN };
    pid_t ended = waitpid(id, status, WNOHANG);

    if (ended == 0 && milliseconds > 0) {
        file.fd = (int)syscall(SYS_pidfd_open, id, 0);
        poll(&file, file.fd < 0 ? 0 : 1, milliseconds);
        if (file.fd >= 0) {
            close(file.fd);
        }
        ended = waitpid(id, status, WNOHANG);
    }
    if (ended < 0) {
        *status = 0;
    }
    return ended != 0;
}

/** open and fcntl are variadic, and errno is a macro: Swift can use none of
 *  them. */
static inline int msw_cgi_open(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

static inline void msw_cgi_do_not_block(int file)
{
    fcntl(file, F_SETFL, O_NONBLOCK);
}

/** @return the number of bytes written; -1 if the reading end is closed */
static inline ssize_t msw_cgi_write(int file, const void *bytes, size_t count)
{
    ssize_t written = write(file, bytes, count);

    return written < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : written;
}

/** @return the number of bytes read; 0 at the end, -1 if there are none yet */
static inline ssize_t msw_cgi_read(int file, void *bytes, size_t count)
{
    ssize_t taken = read(file, bytes, count);

    return taken < 0 && errno != EAGAIN && errno != EINTR ? 0 : taken;
}

/** The limits of a request's section, from httpd's own configuration. */
static inline void msw_cgi_limits(const request_rec *r, msw_cgi_start *start)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);

#ifdef RLIMIT_CPU
    start->cpu = core->limit_cpu;
#endif
#if defined(RLIMIT_DATA) || defined(RLIMIT_VMEM) || defined(RLIMIT_AS)
    start->memory = core->limit_mem;
#endif
#ifdef RLIMIT_NPROC
    start->processes = core->limit_nproc;
#endif
}

/** Reads the header of a script's output from a brigade, as httpd's own CGI
 *  handlers do; the rest stays in the brigade. */
static inline int msw_cgi_scan_header(request_rec *r, apr_bucket_brigade *bb,
                                      int module_index)
{
    /* With a buffer, an invalid line is logged. */
    char line[MAX_STRING_LEN];

    return ap_scan_script_header_err_brigade_ex(r, bb, line, module_index);
}

#endif /* MSW_CGI_H */
