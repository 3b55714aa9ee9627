/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file author_calls.c
 * @brief Functions of the C library that would end the process, or its other
 *        requests, or the guard, if a handler called them. The linker makes
 *        handlers' modules call these instead: see DriverCall.swift.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTrapGuard.h"
#include "guard_internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define EXPORTED __attribute__((visibility("default")))

/* Stops a call as Swift's fatalError does; returns outside of calls, and in a
 * process that a handler has forked. */
static void stop(const char *function, int status)
{
    if (msw_is_in_own_call()) {
        fprintf(stderr,
                "Fatal error: %s(%d) was called, which would end what serves "
                "other requests, too\n", function, status);
        __builtin_trap();
    }
}

EXPORTED __attribute__((noreturn)) void __wrap_exit(int status)
{
    stop("exit", status);
    exit(status);
}

EXPORTED __attribute__((noreturn)) void __wrap_quick_exit(int status)
{
    stop("quick_exit", status);
    quick_exit(status);
}

EXPORTED __attribute__((noreturn)) void __wrap_pthread_exit(void *result)
{
    stop("pthread_exit", 0);
    pthread_exit(result);
}

/* Those by which httpd ends a child, or wakes its threads. */
static const int httpd_signals[] = { SIGTERM, SIGUSR1, SIGHUP };

/* A trap whose signal is blocked ends the process without a message; a child of
 * prefork whose other signals are blocked does not end. */
static int set_mask(int how, const sigset_t *set, sigset_t *old)
{
    sigset_t before, kept;
    int error = pthread_sigmask(how, set, &before);

    if (error != 0) {
        return error;
    }
    if (old != NULL) {
        *old = before;
    }
    if (set != NULL && how != SIG_UNBLOCK && msw_is_in_own_call()) {
        sigemptyset(&kept);
        for (size_t i = 0; i < sizeof(httpd_signals) / sizeof(int); i++) {
            if (!sigismember(&before, httpd_signals[i])) {
                sigaddset(&kept, httpd_signals[i]);
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &kept, NULL);
        msw_unblock_signals();
    }
    return 0;
}

EXPORTED int __wrap_pthread_sigmask(int how, const sigset_t *set,
                                    sigset_t *old)
{
    return set_mask(how, set, old);
}

EXPORTED int __wrap_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    int error = set_mask(how, set, old);

    if (error != 0) {
        errno = error;
    }
    return error == 0 ? 0 : -1;
}

/* The guard's own handler is in front again, and hands on to the new one. Its
 * address is of no use to the author. */

EXPORTED int __wrap_sigaction(int signal, const struct sigaction *action,
                              struct sigaction *old)
{
    int result = sigaction(signal, action, old);

    if (result == 0 && old != NULL && msw_is_own_action(old)) {
        *old = (struct sigaction){ .sa_handler = SIG_DFL };
    }
    if (action != NULL) {
        msw_guard_retake();
    }
    return result;
}

EXPORTED sighandler_t __wrap_signal(int signal, sighandler_t handler)
{
    struct sigaction action = { .sa_handler = handler,
                                .sa_flags = SA_RESTART };
    struct sigaction old;

    sigemptyset(&action.sa_mask);
    return __wrap_sigaction(signal, &action, &old) == 0 ? old.sa_handler
                                                        : SIG_ERR;
}
