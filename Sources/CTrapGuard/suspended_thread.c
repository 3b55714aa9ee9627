/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file suspended_thread.c
 * @brief Traps on threads of Swift's own.
 *
 * A Task that nobody has given a thread runs on one of a pool. There is no call
 * to leave, so a thread that traps is kept where it stands, for ever: nothing
 * on its stack is lost, and the child ends when its requests have ended.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    uintptr_t start;
    uintptr_t end;
} code_range;

static int is_inside(code_range range, uintptr_t address)
{
    return address >= range.start && address < range.end;
}

/* Those that a thread of Swift's own pool leads through. */
#define POOL_LIBRARIES 2

static const char *const pool_names[POOL_LIBRARIES] = {
    "libswift_Concurrency.so", "libdispatch.so"
};

static code_range pool_code[POOL_LIBRARIES];

/* The C library, with the memory allocator, and its abort(). */
static code_range c_library;
static code_range c_abort;

static code_range code_of(const struct dl_phdr_info *image)
{
    code_range range = { 0, 0 };

    for (int i = 0; i < image->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &image->dlpi_phdr[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X)) {
            range.start = image->dlpi_addr + segment->p_vaddr;
            range.end = range.start + segment->p_memsz;
        }
    }
    return range;
}

static int note_code(struct dl_phdr_info *image, size_t size, void *unused)
{
    const char *name = strrchr(image->dlpi_name, '/');

    (void)size;
    (void)unused;
    name = name ? name + 1 : image->dlpi_name;
    for (int i = 0; i < POOL_LIBRARIES; i++) {
        if (strcmp(name, pool_names[i]) == 0) {
            pool_code[i] = code_of(image);
        }
    }
    if (strcmp(name, "libc.so.6") == 0) {
        c_library = code_of(image);
    }
    return 0;
}

static void find_abort(void)
{
    void *address = dlsym(RTLD_DEFAULT, "abort");
    Dl_info info;
    const ElfW(Sym) *symbol = NULL;

    if (address != NULL
        && dladdr1(address, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0
        && symbol != NULL) {
        c_abort.start = (uintptr_t)address;
        c_abort.end = c_abort.start + symbol->st_size;
    }
}

static int is_on_pool(const msw_trap *trap)
{
    for (int i = 0; i < trap->count; i++) {
        for (int j = 0; j < POOL_LIBRARIES; j++) {
            if (is_inside(pool_code[j], trap->frames[i])) {
                return 1;
            }
        }
    }
    return 0;
}

/* Whether the C library was at something when it stopped: it may hold the
 * allocator's lock, and then nothing more can be told. What has called abort()
 * holds nothing. */
static int is_in_library(const msw_trap *trap)
{
    int i = 0;

    while (i < trap->count && is_inside(c_library, trap->frames[i])) {
        i++;
    }
    return i > 0 && !is_inside(c_abort, trap->frames[i - 1]);
}

static msw_trap_callback tell;

void msw_prepare_parking(msw_trap_callback teller)
{
    tell = teller;
    dl_iterate_phdr(note_code, NULL);
    find_abort();
}

void msw_suspend_thread(int signal, msw_trap_kind kind, const ucontext_t *context)
{
    static __thread int is_parked __attribute__((tls_model("initial-exec")));
    msw_trap trap = { .kind = kind, .signal = signal };
    sigset_t all;

    /* A second trap is one of the teller's. */
    if (tell == NULL || is_parked) {
        return;
    }
    msw_find_frames(context, &trap, 0);
    if (!is_on_pool(&trap) || is_in_library(&trap)) {
        return;
    }
    is_parked = 1;
    pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, NULL);
    tell(&trap);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    for (;;) {
        pause();
    }
}
