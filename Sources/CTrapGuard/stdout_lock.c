/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file stdout_lock.c
 * @brief Releases the lock of stdout after a trap. print() and dump() hold it
 *        while they call the description of a value; if that traps, every later
 *        print() of the process would wait for ever.
 *
 * No function of the C library returns who holds the lock. Its layout is
 * therefore compared with what is expected, before it is used.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <pthread.h>
#include <stdio.h>

typedef struct {
    int lock;
    int count;
    void *owner;
} file_lock;

/* The count when the lock is held once; -1: the layout is another one. */
static int count_of_one = -1;

static const volatile file_lock *lock_of_stdout(void)
{
    return (const volatile file_lock *)stdout->_lock;
}

void msw_prepare_stdout(void)
{
    const volatile file_lock *lock = lock_of_stdout();
    int once, twice, is_own;

    if (lock == NULL) {
        return;
    }
    flockfile(stdout);
    once = lock->count;
    is_own = lock->owner == (void *)pthread_self() && lock->lock != 0;
    flockfile(stdout);
    twice = lock->count;
    funlockfile(stdout);
    funlockfile(stdout);
    if (is_own && (once == 0 || once == 1) && twice == once + 1
        && lock->owner != (void *)pthread_self()) {
        count_of_one = once;
    }
}

int msw_stdout_locks(void)
{
    const volatile file_lock *lock = lock_of_stdout();

    if (count_of_one < 0 || lock->owner != (void *)pthread_self()) {
        return 0;
    }
    return lock->count - count_of_one + 1;
}

void msw_release_stdout(int locks)
{
    for (int count = msw_stdout_locks(); count > locks; count--) {
        funlockfile(stdout);
    }
}
