/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file abort.c
 * @brief abort() for ThreadSanitizer.
 *
 * The trap guard contains the aborts of Swift's runtime, and recognizes them
 * by the caller of libc's abort(). ThreadSanitizer has an abort() of its own
 * that calls libc's. Preloaded before it, this one leaves no stack frame.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

static void (*real)(void);

static void __attribute__((constructor)) find_real(void)
{
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);

    real = libc ? (void (*)(void))dlsym(libc, "abort") : NULL;
}

/* Another name, because the compiler knows that abort() does not return. */
void leave(void) __asm__("abort");

__attribute__((disable_sanitizer_instrumentation)) void leave(void)
{
    __attribute__((musttail)) return real();
}
