/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file guard_internal.h
 * @brief What the files of the guard know of each other. All of it is called
 *        within the signal handler, but for msw_prepare_*.
 */
#ifndef MSW_GUARD_PARTS_H
#define MSW_GUARD_PARTS_H

#include "CTrapGuard.h"

#include <ucontext.h>

#pragma GCC visibility push(hidden)

typedef void msw_signal_handler(int signal, siginfo_t *info, void *context);

/** Fills in where the code is that was interrupted, and who called it.
 *  @param high no frame lies above; 0: only the innermost is looked for where
 *         the unwinder knows none */
void msw_find_frames(const ucontext_t *context, msw_trap *trap,
                     uintptr_t high);

/** suspended_thread.c */
void msw_prepare_parking(msw_trap_callback teller);
/** Keeps a thread of Swift's pool for ever; comes back on any other. */
void msw_suspend_thread(int signal, msw_trap_kind kind, const ucontext_t *context);

/** thread_sample.c */
void msw_prepare_answers(msw_signal_handler *handler);
/** Answers when the signal is msw_guard_sample_thread's; returns whether it is. */
int msw_handle_sample_signal(int signal, const siginfo_t *info, const ucontext_t *context);

#pragma GCC visibility pop

#endif /* MSW_GUARD_PARTS_H */
