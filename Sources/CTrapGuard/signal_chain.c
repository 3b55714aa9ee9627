/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file signal_chain.c
 * @brief Keeps the guard's signal handler before those of other modules.
 *
 * A script in another module may install a handler at any time: Python's
 * faulthandler.enable(), Perl's $SIG{SEGV}. Traps would then end the child.
 * The guard checks that its handler is still installed, and installs it again
 * if not; it passes on signals that are not a trap of a guarded call.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

static const int guarded_signals[] = {
    SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT
};

#define GUARDED_SIGNALS (sizeof(guarded_signals) / sizeof(*guarded_signals))

/* More than a few modules with handlers of their own are not expected; the
 * latest handlers beyond this number are not called. */
#define HANDLERS 8

/* The other handlers of a signal, the oldest first. Entries are added and never
 * changed: they are read within signal handlers. */
static struct chain {
    struct sigaction actions[HANDLERS];
    int count;
    /* Whether a module has set the system's default action. */
    int was_default;
} chains[GUARDED_SIGNALS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction own;
static msw_displaced_callback tell_displaced;
static int is_watching;

/* ---- Installing the handler ---------------------------------------------- */

int msw_is_own_action(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO)
           && action->sa_sigaction == own.sa_sigaction;
}

static int is_handler(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO)
           || (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

static int knows(const struct chain *chain, const struct sigaction *action)
{
    for (int i = 0; i < chain->count; i++) {
        if (chain->actions[i].sa_sigaction == action->sa_sigaction) {
            return 1;
        }
    }
    return 0;
}

/* Returns whether the action is new. The system's default action always comes
 * last, even if a script has set it. */
static int remember(struct chain *chain, const struct sigaction *action)
{
    if (chain->count > 0 && !is_handler(action)) {
        int is_first = !chain->was_default;

        chain->was_default = 1;
        return is_first;
    }
    if (knows(chain, action) || chain->count == HANDLERS) {
        return 0;
    }
    chain->actions[chain->count] = *action;
    __atomic_store_n(&chain->count, chain->count + 1, __ATOMIC_RELEASE);
    return 1;
}

/* Returns 0, or errno. */
static int put_in_front(unsigned *displaced, uintptr_t *by)
{
    for (size_t i = 0; i < GUARDED_SIGNALS; i++) {
        struct sigaction present;

        if (sigaction(guarded_signals[i], NULL, &present) != 0) {
            return errno;
        }
        if (msw_is_own_action(&present)) {
            continue;
        }
        if (remember(&chains[i], &present)) {
            *displaced |= 1u << guarded_signals[i];
            *by = is_handler(&present) ? (uintptr_t)present.sa_sigaction : 0;
        }
        if (sigaction(guarded_signals[i], &own, NULL) != 0) {
            return errno;
        }
    }
    return 0;
}

int msw_install_handler(msw_signal_handler *handler)
{
    unsigned displaced = 0;
    uintptr_t by = 0;
    int error;

    pthread_mutex_lock(&lock);
    own.sa_sigaction = handler;
    sigemptyset(&own.sa_mask);
    /* System calls that a sample interrupts are restarted. */
    own.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    error = put_in_front(&displaced, &by);
    pthread_mutex_unlock(&lock);
    return error;
}

int msw_guard_retake(void)
{
    unsigned displaced = 0;
    uintptr_t by = 0;
    int error;

    /* The guard may never have been installed, or only in another process. */
    if (own.sa_sigaction == NULL) {
        return 0;
    }
    pthread_mutex_lock(&lock);
    error = put_in_front(&displaced, &by);
    pthread_mutex_unlock(&lock);
    if (displaced != 0) {
        __atomic_store_n(&is_watching, 1, __ATOMIC_RELAXED);
        if (tell_displaced != NULL) {
            tell_displaced(displaced, by);
        }
    }
    return error;
}

void msw_guard_tell_displaced(msw_displaced_callback teller)
{
    tell_displaced = teller;
}

void msw_unblock_signals(void)
{
    sigset_t guarded;

    sigemptyset(&guarded);
    for (size_t i = 0; i < GUARDED_SIGNALS; i++) {
        sigaddset(&guarded, guarded_signals[i]);
    }
    pthread_sigmask(SIG_UNBLOCK, &guarded, NULL);
}

/* ---- The signal by which httpd ends a child ------------------------------ */

static struct sigaction ending;
static int ending_signal;

void msw_keep_ending_signal(int signal)
{
    if (sigaction(signal, NULL, &ending) == 0) {
        ending_signal = signal;
    }
}

void msw_end_by_signal(void)
{
    if (ending_signal != 0) {
        sigaction(ending_signal, &ending, NULL);
        kill(getpid(), ending_signal);
    }
}

void msw_wake_by_signal(int signal)
{
    struct sigaction present;

    if (sigaction(signal, NULL, &present) == 0 && is_handler(&present)) {
        kill(getpid(), signal);
    }
}

/* ---- Modules that may displace the handler ------------------------------- */

/* Languages whose scripts can install signal handlers. */
static const char *const interpreters[] = {
    "libpython", "libperl", "libphp", "libruby", "libjvm", "libcoreclr",
    "libmono", "libnode", "libR.so"
};

static int find_interpreter(struct dl_phdr_info *image, size_t size, void *found)
{
    const char *name = msw_image_name(image->dlpi_name);

    (void)size;
    for (size_t i = 0; i < sizeof(interpreters) / sizeof(*interpreters); i++) {
        if (strncmp(name, interpreters[i], strlen(interpreters[i])) == 0) {
            *(int *)found = 1;
            return 1;
        }
    }
    return 0;
}

int msw_guard_watch(void)
{
    int found = 0;

    dl_iterate_phdr(find_interpreter, &found);
    is_watching = found;
    return found;
}

int msw_is_watching(void)
{
    return __atomic_load_n(&is_watching, __ATOMIC_RELAXED);
}

/* ---- Passing signals on -------------------------------------------------- */

/* The signal that the thread passed on last. */
static THREAD_LOCAL struct {
    int signal;
    /* The number of the latest handlers that were skipped. */
    int passed;
    int has_returned;
    uintptr_t program_counter;
} handed;

static void act_by_default(int signal, const siginfo_t *info,
                           const struct sigaction *action)
{
    struct sigaction off = { .sa_handler = SIG_DFL };

    if (action != NULL) {
        off.sa_handler = action->sa_handler;
    }
    /* Executed again, the instruction now has the system's default effect. */
    sigaction(signal, &off, NULL);
    if (info->si_code <= 0) {
        raise(signal);
    }
}

/* A handler that raises the signal again, as Python's does, or returns to the
 * same instruction, is finished: the previous one is next. */
static int has_had_turn(int signal, const siginfo_t *info, uintptr_t counter)
{
    return handed.signal == signal
           && (info->si_code <= 0
               || (handed.has_returned && handed.program_counter == counter));
}

int msw_has_handed_on(int signal)
{
    return handed.signal == signal;
}

void msw_hand_on(int signal, siginfo_t *info, void *context)
{
    const struct chain *chain = NULL;
    const struct sigaction *action = NULL;
    uintptr_t counter = msw_program_counter(context);
    int next;

    for (size_t i = 0; i < GUARDED_SIGNALS; i++) {
        if (guarded_signals[i] == signal) {
            chain = &chains[i];
        }
    }
    handed.passed = has_had_turn(signal, info, counter) ? handed.passed + 1 : 0;
    handed.signal = signal;
    handed.program_counter = counter;
    handed.has_returned = 0;
    next = chain == NULL ? -1
           : __atomic_load_n(&chain->count, __ATOMIC_ACQUIRE) - 1 - handed.passed;
    if (next >= 0) {
        action = &chain->actions[next];
    }
    if (action == NULL || !is_handler(action)) {
        act_by_default(signal, info, action);
    }
    else if (action->sa_flags & SA_SIGINFO) {
        action->sa_sigaction(signal, info, context);
    }
    else {
        action->sa_handler(signal);
    }
    handed.has_returned = 1;
}
