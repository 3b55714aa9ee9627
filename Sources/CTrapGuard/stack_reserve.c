/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file stack_reserve.c
 * @brief Reserves a part of each thread's stack for code that must not be
 *        interrupted.
 *
 * Infinite recursion exhausts the stack at an arbitrary point: often in
 * malloc(), which then holds the lock of an arena, or in a function of the
 * Swift runtime, of the dynamic linker or of httpd. A jump out of that function
 * would leave the lock held for ever. So the end of each stack is protected
 * (PROT_NONE). A thread that reaches it within such a function gets access to
 * it, finishes the function, and is stopped when the function returns: the
 * trampoline below has replaced the return address.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

/* malloc() needs one percent of it, a filter of httpd's with its buffers ten
 * percent. */
#define RESERVE (256 * 1024)

void msw_close_reserve(msw_reserve *reserve, uintptr_t low, size_t size)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    size_t length = size / 8 < RESERVE ? size / 8 : RESERVE;

    reserve->low = (low + page - 1) & ~(page - 1);
    reserve->length = low == 0 ? 0 : length & ~(page - 1);
    reserve->is_open = 0;
    if (reserve->length == 0) {
        return;
    }
    /* The first thread's stack is not completely mapped yet. */
    if (mmap((void *)reserve->low, reserve->length, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
             | MAP_FIXED_NOREPLACE, -1, 0) == (void *)reserve->low) {
        return;
    }
    if (mprotect((void *)reserve->low, reserve->length, PROT_NONE) != 0) {
        reserve->length = 0;
    }
}

static int protect(msw_reserve *reserve, int protection)
{
    return mprotect((void *)reserve->low, reserve->length, protection) == 0;
}

void msw_release_reserve(msw_reserve *reserve)
{
    if (reserve->length != 0) {
        protect(reserve, PROT_READ | PROT_WRITE);
    }
}

void msw_close_reserve_again(msw_reserve *reserve)
{
    /* Unless it is still in use. */
    if (reserve->is_open
        && (uintptr_t)__builtin_frame_address(0)
               > reserve->low + reserve->length
        && protect(reserve, PROT_NONE)) {
        reserve->is_open = 0;
    }
}

/* ---- The frames between a trap and the call of the guard ----------------- */

/* The number of frames of the largest stack; then the walk ends. */
#define WALKED_FRAMES (1 << 18)

typedef struct {
    uintptr_t program_counter;
    uintptr_t high;
    int count;
    msw_way *way;
} walk;

static int may_be_left(msw_code code)
{
    return code == MSW_CODE_HANDLER;
}

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *data)
{
    walk *w = data;
    uintptr_t address = (uintptr_t)_Unwind_GetIP(context);
    uintptr_t stack = (uintptr_t)_Unwind_GetCFA(context);
    msw_code code;

    if (w->count == 0 && address != w->program_counter) {
        /* The frames of this file and of the signal. */
        return _URC_NO_REASON;
    }
    if (w->count > 0 && stack >= w->high) {
        return _URC_END_OF_STACK;
    }
    if (w->count++ == WALKED_FRAMES) {
        return _URC_END_OF_STACK;
    }
    code = msw_code_at(address);
    if (w->count == 1) {
        w->way->innermost = code;
    }
    else if (w->way->return_slot == 0 && may_be_left(code)) {
        /* The stack pointer when the function has returned to this address. */
        w->way->return_slot = stack - sizeof(uintptr_t);
        w->way->return_address = address;
        w->way->inner_frames = w->count - 1;
    }
    w->way->passes_dispatch |= code == MSW_CODE_DISPATCH;
    w->way->passes_concurrency |= code == MSW_CODE_CONCURRENCY;
    if (code != MSW_CODE_HANDLER) {
        w->way->holds_lock |= msw_holds_lock(address);
        w->way->is_in_global |= msw_is_once(address);
    }
    return _URC_NO_REASON;
}

void msw_find_way(uintptr_t program_counter, uintptr_t high, msw_way *way)
{
    walk w = { .program_counter = program_counter, .high = high, .way = way };

    *way = (msw_way){ .innermost = msw_code_at(program_counter) };
    _Unwind_Backtrace(visit, &w);
}

/* ---- Intercepting the return --------------------------------------------- */

#if defined(__x86_64__)

/* The function returns to this code, with any alignment of the stack. */
static void __attribute__((naked)) catch_return(void)
{
    __asm__("andq $-16, %rsp\n\t"
            "call msw_leave_call\n\t"
            "ud2");
}

int msw_finish_first(msw_reserve *reserve, const msw_way *way, uintptr_t low,
                     uintptr_t high)
{
    uintptr_t *slot = (uintptr_t *)way->return_slot;

    if (reserve->is_open || reserve->length == 0 || slot == NULL
        || way->return_slot < low || way->return_slot >= high
        || *slot != way->return_address
        || !protect(reserve, PROT_READ | PROT_WRITE)) {
        return 0;
    }
    reserve->is_open = 1;
    *slot = (uintptr_t)catch_return;
    return 1;
}

#else

/* A return address may be in a register. */
int msw_finish_first(msw_reserve *reserve, const msw_way *way, uintptr_t low,
                     uintptr_t high)
{
    (void)reserve;
    (void)way;
    (void)low;
    (void)high;
    return 0;
}

#endif
