/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file code_map.c
 * @brief Maps an address to the owner of the code: the signal handler must know
 *        it before it leaves that code. The images are looked up once, before
 *        anything can prevent that.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <link.h>
#include <string.h>

/* httpd with all its modules has some dozens. Code in further images counts as
 * a handler's. */
#define IMAGES 512

static struct {
    uintptr_t start;
    uintptr_t end;
    msw_code code;
} images[IMAGES];

static int image_count;

/* The numbers of images that the dynamic linker had loaded and unloaded when
 * the images were looked up; initially 0. */
static unsigned long long known_adds, known_subs;

/* The abort() of the C library. */
static uintptr_t abort_start, abort_end;

const char *msw_image_name(const char *path)
{
    const char *name = strrchr(path, '/');

    return name != NULL ? name + 1 : path;
}

static int begins(const char *name, const char *beginning)
{
    return strncmp(name, beginning, strlen(beginning)) == 0;
}

static msw_code code_of(const char *name)
{
    if (begins(name, "libc.so")) {
        return MSW_CODE_C_LIBRARY;
    }
    if (begins(name, "ld-linux") || begins(name, "linux-vdso")) {
        return MSW_CODE_LINKER;
    }
    if (begins(name, "libdispatch.so")) {
        return MSW_CODE_DISPATCH;
    }
    if (begins(name, "libswift_Concurrency.so")) {
        return MSW_CODE_CONCURRENCY;
    }
    if (begins(name, "libswift")) {
        return MSW_CODE_SWIFT;
    }
    return begins(name, "libModSwift.so") ? MSW_CODE_LIBRARY : MSW_CODE_HTTPD;
}

static int add_image(struct dl_phdr_info *image, size_t size, void *unused)
{
    msw_code code = code_of(msw_image_name(image->dlpi_name));

    (void)size;
    (void)unused;
    for (int i = 0; i < image->dlpi_phnum && image_count < IMAGES; i++) {
        const ElfW(Phdr) *segment = &image->dlpi_phdr[i];

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X)) {
            images[image_count].start = image->dlpi_addr + segment->p_vaddr;
            images[image_count].end = images[image_count].start
                                      + segment->p_memsz;
            images[image_count].code = code;
            image_count++;
        }
    }
    return 0;
}

static int remember_counts(struct dl_phdr_info *image, size_t size,
                           void *is_known)
{
    (void)size;
    *(int *)is_known = image->dlpi_adds == known_adds
                       && image->dlpi_subs == known_subs;
    known_adds = image->dlpi_adds;
    known_subs = image->dlpi_subs;
    /* The counts are the same for each image. */
    return 1;
}

/* A preloaded library may have an abort() of its own, which calls this one. */
static void *find_abort(void)
{
    void *library = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
    void *address = dlsym(library != NULL ? library : RTLD_DEFAULT, "abort");

    if (library != NULL) {
        dlclose(library);
    }
    return address;
}

int msw_map_code(void)
{
    void *address;
    const ElfW(Sym) *symbol = NULL;
    Dl_info info;
    int is_known = 0;

    dl_iterate_phdr(remember_counts, &is_known);
    if (is_known) {
        return 0;
    }
    image_count = 0;
    dl_iterate_phdr(add_image, NULL);
    address = find_abort();
    if (address != NULL
        && dladdr1(address, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0
        && symbol != NULL) {
        abort_start = (uintptr_t)address;
        abort_end = abort_start + symbol->st_size;
    }
    return 1;
}

msw_code msw_code_at(uintptr_t address)
{
    for (int i = 0; i < image_count; i++) {
        if (address >= images[i].start && address < images[i].end) {
            return images[i].code;
        }
    }
    return MSW_CODE_HANDLER;
}

/* The number of frames, innermost first, that are the C library's. */
static int frames_in_library(const msw_trap *trap)
{
    int i = 0;

    while (i < trap->count
           && msw_code_at(trap->frames[i]) == MSW_CODE_C_LIBRARY) {
        i++;
    }
    return i;
}

static int is_in_abort(uintptr_t address)
{
    return address >= abort_start && address < abort_end;
}

int msw_is_in_library(const msw_trap *trap)
{
    int count = frames_in_library(trap);

    return count > 0 && !is_in_abort(trap->frames[count - 1]);
}

int msw_is_runtime_abort(const msw_trap *trap)
{
    int count = frames_in_library(trap);
    msw_code caller;

    if (count == 0 || count == trap->count
        || !is_in_abort(trap->frames[count - 1])) {
        return 0;
    }
    caller = msw_code_at(trap->frames[count]);
    return caller == MSW_CODE_SWIFT || caller == MSW_CODE_CONCURRENCY;
}

int msw_is_in_httpd(const msw_trap *trap)
{
    int count = frames_in_library(trap);

    return count < trap->count
           && msw_code_at(trap->frames[count]) == MSW_CODE_HTTPD;
}

/* ---- Functions that hold a lock ------------------------------------------ */

static msw_code_range locks[MSW_LOCKS];
static int lock_count;
static uintptr_t once_return;

void msw_guard_set_locks(const msw_code_range *ranges, int count,
                         uintptr_t once)
{
    lock_count = count < MSW_LOCKS ? count : MSW_LOCKS;
    memcpy(locks, ranges, (size_t)lock_count * sizeof(*locks));
    once_return = once;
}

int msw_is_once(uintptr_t address)
{
    return once_return != 0 && address == once_return;
}

int msw_holds_lock(uintptr_t address)
{
    for (int i = 0; i < lock_count; i++) {
        if (address >= locks[i].start && address < locks[i].end) {
            return 1;
        }
    }
    return msw_is_once(address);
}
