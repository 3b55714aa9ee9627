/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file linker_lock.c
 * @brief Releases the dynamic linker's lock after a trap in a library's
 *        constructor: the dlopen() that called it never returns to release
 *        it. No other thread could load a library or look up a symbol.
 *
 * The lock is a recursive mutex in the linker's own data, to which one symbol
 * refers. Of the mutexes there, it is the one that the calling thread owns.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTrapGuard.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_held(const pthread_mutex_t *mutex, int thread)
{
    return mutex->__data.__kind == PTHREAD_MUTEX_RECURSIVE_NP
           && mutex->__data.__owner == thread && mutex->__data.__lock != 0
           && mutex->__data.__count > 0;
}

int msw_release_linker_lock(void)
{
    const ElfW(Sym) *symbol = NULL;
    Dl_info info;
    char *data = dlsym(RTLD_DEFAULT, "_rtld_global");
    int thread = (int)syscall(SYS_gettid);
    int released = 0;

    if (data == NULL
        || dladdr1(data, &info, (void **)&symbol, RTLD_DL_SYMENT) == 0
        || symbol == NULL || symbol->st_size < sizeof(pthread_mutex_t)) {
        return 0;
    }
    for (size_t i = 0; i <= symbol->st_size - sizeof(pthread_mutex_t);
         i += sizeof(void *)) {
        pthread_mutex_t *mutex = (pthread_mutex_t *)(data + i);

        while (is_held(mutex, thread) && pthread_mutex_unlock(mutex) == 0) {
            released = 1;
        }
    }
    return released;
}
