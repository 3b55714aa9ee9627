/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file crash_message.c
 * @brief The crash message of a process. Calls only functions that
 *        signal-safety(7) lists, and _dl_find_object, of which the C library's
 *        manual says the same.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

/* A line that is built without allocating memory. */
typedef struct {
    char text[1024];
    size_t length;
} line;

static void add_byte(line *l, char byte)
{
    if (l->length < sizeof(l->text)) {
        l->text[l->length++] = byte;
    }
}

static void add(line *l, const char *text)
{
    while (*text != '\0') {
        add_byte(l, *text++);
    }
}

static void add_number(line *l, uintptr_t number, unsigned base)
{
    char digits[24];
    int count = 0;

    do {
        digits[count++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    while (count > 0) {
        add_byte(l, digits[--count]);
    }
}

/* Text of others: bounded, and without characters that could look like another
 * line of the log. */
static void add_text(line *l, const char *text, int limit)
{
    for (int i = 0; i < limit && text[i] != '\0'; i++) {
        add_byte(l, text[i] < ' ' || text[i] == 0x7f ? '?' : text[i]);
    }
}

/* A C library before 2.35 does not have it: then there are only addresses. */
#ifdef DLFO_STRUCT_HAS_EH_DBASE
#pragma weak _dl_find_object

static const struct link_map *image_at(uintptr_t address)
{
    struct dl_find_object object;

    return _dl_find_object != NULL
                   && _dl_find_object((void *)address, &object) == 0
               ? object.dlfo_link_map : NULL;
}
#else
static const struct link_map *image_at(uintptr_t address)
{
    (void)address;
    return NULL;
}
#endif

/* The name of a file and the offset in it, as addr2line takes them. */
static void add_code(line *l, uintptr_t address)
{
    const struct link_map *image = image_at(address);

    if (image != NULL) {
        add_text(l, image->l_name[0] != '\0' ? msw_image_name(image->l_name)
                                             : program_invocation_short_name,
                 64);
        add(l, "+");
        address -= image->l_addr;
    }
    add(l, "0x");
    add_number(l, address, 16);
}

/* Enough to tell whose code it is. */
#define SHOWN_FRAMES 4

static void add_frames(line *l)
{
    const msw_trap *trap = msw_crash_frames();

    if (trap == NULL) {
        return;
    }
    for (int i = 0; i < trap->count && i < SHOWN_FRAMES; i++) {
        add(l, i == 0 ? ", at " : " from ");
        /* A return address is after its call instruction. */
        add_code(l, trap->frames[i] - (i > 0));
    }
}

void msw_write_crash_message(int signal, uintptr_t address, void *tag)
{
    line l = { .length = 0 };
    const char *const *request = msw_is_connection_tag(tag) ? NULL : tag;

    add(&l, "[pid ");
    add_number(&l, (uintptr_t)getpid(), 10);
    add(&l, "] MSW0421: signal ");
    add_number(&l, (uintptr_t)signal, 10);
    add(&l, ", address 0x");
    add_number(&l, address, 16);
    if (request != NULL && *request != NULL) {
        add(&l, ", in the request \"");
        add_text(&l, *request, 256);
        add(&l, "\"");
    }
    else if (msw_is_connection_tag(tag)) {
        add(&l, ", in a connection handler");
    }
    else {
        add(&l, ", in no request of a Swift handler");
    }
    add_frames(&l);
    add(&l, ": this cannot be contained, and the process ends");
    if (l.length == sizeof(l.text)) {
        l.length--;
    }
    add_byte(&l, '\n');
    if (write(STDERR_FILENO, l.text, l.length) < 0) {
        return;
    }
}
