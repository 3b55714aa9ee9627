/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file suspended_thread.c
 * @brief Traps on threads that cannot jump out of their code.
 *
 * A Task that no handler waits for runs on a thread of Swift's pool, which is
 * not inside a guarded call. If frames of libdispatch are between the guard and
 * the trap (concurrentPerform, sync), other threads of libdispatch still use
 * data on the stack. Such a thread is suspended: its stack stays valid, and the
 * child is replaced.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <pthread.h>
#include <unistd.h>

static msw_trap_callback tell;

void msw_prepare_parking(msw_trap_callback teller)
{
    tell = teller;
}

void msw_suspend_thread(msw_trap *trap, const ucontext_t *context, void *tag)
{
    static THREAD_LOCAL int is_suspended;
    sigset_t all;

    /* A second trap is the callback's own; and inside the allocator, no report
     * is possible. */
    if (tell == NULL || is_suspended || msw_is_in_library(trap)) {
        return;
    }
    is_suspended = 1;
    msw_note_suspended();
    pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, NULL);
    tell(trap, tag);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    for (;;) {
        pause();
    }
}

void msw_suspend_pool_thread(int signal, msw_trap_kind kind,
                             const ucontext_t *context)
{
    msw_trap trap = { .kind = kind, .signal = signal };
    msw_way way;

    msw_find_frames(context, &trap, 0);
    msw_find_way(msw_program_counter(context), UINTPTR_MAX, &way);
    trap.holds_lock = way.holds_lock;
    if ((way.passes_dispatch || way.passes_concurrency)
        && (kind != MSW_TRAP_ABORT || msw_is_runtime_abort(&trap))) {
        msw_suspend_thread(&trap, context, NULL);
    }
}
