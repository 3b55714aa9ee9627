/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file crash_message.c
 * @brief The crash message of a process. Calls only functions that
 *        signal-safety(7) lists.
 */
#include "CTrapGuard.h"

#include <string.h>
#include <unistd.h>

/* A line that is built without allocating memory. */
typedef struct {
    char text[512];
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

/* Text from a client: bounded, and without characters that could look like
 * another line of the log. */
static void add_request(line *l, const char *text)
{
    for (int i = 0; i < 256 && text[i] != '\0'; i++) {
        add_byte(l, text[i] < ' ' || text[i] == 0x7f ? '?' : text[i]);
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
        add_request(&l, *request);
        add(&l, "\"");
    }
    else if (msw_is_connection_tag(tag)) {
        add(&l, ", in a connection handler");
    }
    else {
        add(&l, ", in no request of a Swift handler");
    }
    add(&l, ": this cannot be contained, and the process ends");
    if (l.length == sizeof(l.text)) {
        l.length--;
    }
    add_byte(&l, '\n');
    if (write(STDERR_FILENO, l.text, l.length) < 0) {
        return;
    }
}
