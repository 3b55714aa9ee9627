/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file swift_runtime.c
 * @brief What ThreadSanitizer is to know of Swift's runtime.
 *
 * The runtime is compiled without it. That a lazy global is made before it is
 * read, and that a Mutex which several threads want is one thread's at a time,
 * is decided in there. Preloaded, these functions stand in front of the
 * runtime's own, and say so.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

static void *find(const char *library, const char *name)
{
    void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    void *symbol = handle ? dlsym(handle, name) : NULL;

    if (symbol == NULL) {
        abort();
    }
    return symbol;
}

/* ---- Lazy globals ------------------------------------------------------- */

typedef void once_body(void *context);

struct once_call {
    void *predicate;
    once_body *body;
    void *context;
};

static void run_once(void *data)
{
    struct once_call *call = data;

    call->body(call->context);
    __tsan_release(call->predicate);
}

void swift_once(void *predicate, once_body *body, void *context)
{
    static void (*real)(void *, once_body *, void *);
    struct once_call call = { predicate, body, context };

    if (__atomic_load_n(&real, __ATOMIC_ACQUIRE) == NULL) {
        __atomic_store_n(&real, find("libswiftCore.so", "swift_once"),
                         __ATOMIC_RELEASE);
    }
    real(predicate, run_once, &call);
    __tsan_acquire(predicate);
}

/* ---- Synchronization.Mutex, when two threads want it -------------------- */

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slowly(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void unlock_slowly(SELF void *mutex) __asm__(UNLOCK);

SWIFT void lock_slowly(uint32_t thread, SELF void *mutex)
{
    SWIFT void (*real)(uint32_t, SELF void *) =
        find("libswiftSynchronization.so", LOCK);

    real(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void unlock_slowly(SELF void *mutex)
{
    SWIFT void (*real)(SELF void *) =
        find("libswiftSynchronization.so", UNLOCK);

    __tsan_release(mutex);
    real(mutex);
}
