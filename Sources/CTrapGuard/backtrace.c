/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file backtrace.c
 * @brief Collects the stack of code that a signal has interrupted.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <execinfo.h>

#if defined(__x86_64__)
#define PROGRAM_COUNTER(context) \
    ((uintptr_t)(context)->uc_mcontext.gregs[REG_RIP])
#define FRAME_POINTER(context) \
    ((uintptr_t)(context)->uc_mcontext.gregs[REG_RBP])
#define STACK_POINTER(context) \
    ((uintptr_t)(context)->uc_mcontext.gregs[REG_RSP])
#elif defined(__aarch64__)
#define PROGRAM_COUNTER(context) ((uintptr_t)(context)->uc_mcontext.pc)
#define FRAME_POINTER(context) ((uintptr_t)(context)->uc_mcontext.regs[29])
#define STACK_POINTER(context) ((uintptr_t)(context)->uc_mcontext.sp)
#else
#error "the trap guard knows x86-64 and arm64"
#endif

uintptr_t msw_program_counter(const ucontext_t *context)
{
    return PROGRAM_COUNTER(context);
}

uintptr_t msw_stack_pointer(const ucontext_t *context)
{
    return STACK_POINTER(context);
}

/* Follows the frame pointers, as far as there are any, up to high. */
static void walk_frames(const ucontext_t *context, msw_trap *trap,
                        uintptr_t high)
{
    uintptr_t frame = FRAME_POINTER(context);
    uintptr_t low = STACK_POINTER(context);

    trap->frames[trap->count++] = PROGRAM_COUNTER(context);
    while (trap->count < MSW_TRAP_FRAMES && frame >= low && frame < high
           && frame % sizeof(uintptr_t) == 0) {
        uintptr_t next = ((uintptr_t *)frame)[0];

        trap->frames[trap->count++] = ((uintptr_t *)frame)[1];
        if (next <= frame) {
            break;
        }
        frame = next;
    }
}

/* The frames of this file and of the signal, before those of the trap. */
#define SIGNAL_FRAMES 8

/* Optimized code keeps no frame pointers, nor do abort() and the functions
 * around it; the unwinder knows all frames. */
void msw_find_frames(const ucontext_t *context, msw_trap *trap, uintptr_t high)
{
    void *frames[SIGNAL_FRAMES + MSW_TRAP_FRAMES];
    int count = backtrace(frames, SIGNAL_FRAMES + MSW_TRAP_FRAMES);
    int first = 0;

    while (first < count
           && (uintptr_t)frames[first] != PROGRAM_COUNTER(context)) {
        first++;
    }
    if (first == count) {
        walk_frames(context, trap, high);
        return;
    }
    while (first < count && trap->count < MSW_TRAP_FRAMES) {
        trap->frames[trap->count++] = (uintptr_t)frames[first++];
    }
}
