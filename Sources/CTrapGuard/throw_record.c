/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file throw_record.c
 * @brief Records where the last errors of each thread were thrown. The Swift
 *        runtime calls a hook for each error; the hook stores addresses, and
 *        takes about a hundred instructions, in addition to creating the error.
 */
#include "CTrapGuard.h"
#include "guard_internal.h"

#include <stdbool.h>
#include <string.h>

/* The result of swift_allocError. */
typedef struct {
    void *error;
    void *value;
} msw_box;

/* From libswiftCore; compiled code calls it to create the box of an error. */
extern __attribute__((swiftcall)) msw_box
swift_allocError(const void *type, const void *conformance, void *value,
                 bool takes_value);

/* From libswiftCore, which has the hooks for test libraries and debuggers. */
extern void (*_swift_willThrow)(void *error);
extern void (*_swift_willThrowTypedImpl)(void *value, const void *type,
                                         const void **conformance);

static msw_throw *find(msw_throws *throws, const void *error)
{
    for (unsigned i = 0; i < MSW_THROWS; i++) {
        msw_throw *entry = &throws->last[(throws->next - 1 - i) % MSW_THROWS];

        if (entry->error == error) {
            return entry;
        }
    }
    return NULL;
}

/* Swift code and the runtime keep frame pointers: each frame begins with the
 * address of its caller's frame and the return address. */
static void note_frames(msw_throw *entry, uintptr_t frame, uintptr_t high)
{
    int is_in_runtime = 1;

    while (entry->count < MSW_THROW_FRAMES) {
        const uintptr_t *words = (const uintptr_t *)frame;
        uintptr_t outer = words[0];

        if (!is_in_runtime) {
            entry->frames[entry->count++] = words[1];
        }
        is_in_runtime = 0;
        if (outer <= frame || outer > high - 2 * sizeof(outer)
            || outer % sizeof(outer) != 0) {
            break;
        }
        frame = outer;
    }
}

/* The optimizer merges the throws of a function into one, which has the line of
 * any of them. The boxes are created separately, each at its own throw. */
static uintptr_t take_boxing(msw_throws *throws, const void *error)
{
    for (unsigned i = 0; i < MSW_THROWS; i++) {
        msw_boxing *boxing =
            &throws->boxed[(throws->next_boxed - 1 - i) % MSW_THROWS];

        if (boxing->error == error) {
            /* Another error may later get the same memory. */
            boxing->error = NULL;
            return boxing->address;
        }
    }
    return 0;
}

/* The linker makes handlers' modules call this instead of swift_allocError:
 * see DriverCall.swift. */
__attribute__((swiftcall, visibility("default"))) msw_box
__wrap_swift_allocError(const void *type, const void *conformance, void *value,
                        bool takes_value)
{
    msw_box box = swift_allocError(type, conformance, value, takes_value);
    uintptr_t high;
    msw_throws *throws = msw_thread_throws(&high);

    if (throws != NULL) {
        msw_boxing *boxing = &throws->boxed[throws->next_boxed++ % MSW_THROWS];

        boxing->error = box.error;
        boxing->address = (uintptr_t)__builtin_return_address(0);
    }
    return box;
}

static void note(void *error)
{
    uintptr_t high;
    msw_throws *throws = msw_thread_throws(&high);
    msw_throw *entry;

    if (throws == NULL) {
        return;
    }
    entry = &throws->last[throws->next++ % MSW_THROWS];
    if (throws->kept.error == error) {
        *entry = throws->kept;
        throws->kept.error = NULL;
        return;
    }
    entry->error = error;
    entry->frames[0] = take_boxing(throws, error);
    entry->count = 1;
    note_frames(entry, (uintptr_t)__builtin_frame_address(0), high);
}

/* Without this hook, an error of a known type would be put into a box for the
 * other hook. */
static void ignore(void *value, const void *type, const void **conformance)
{
    (void)value;
    (void)type;
    (void)conformance;
}

void msw_note_throws(void)
{
    if (_swift_willThrow == NULL && _swift_willThrowTypedImpl == NULL) {
        _swift_willThrowTypedImpl = ignore;
        _swift_willThrow = note;
    }
}

int msw_throw_frames(const void *error, uintptr_t frames[MSW_THROW_FRAMES])
{
    uintptr_t high;
    msw_throws *throws = msw_thread_throws(&high);
    const msw_throw *entry = throws ? find(throws, error) : NULL;

    if (entry == NULL) {
        return 0;
    }
    memcpy(frames, entry->frames,
           (size_t)entry->count * sizeof(*entry->frames));
    return entry->count;
}

void msw_keep_throw(const void *error)
{
    uintptr_t high;
    msw_throws *throws = msw_thread_throws(&high);
    const msw_throw *entry = throws ? find(throws, error) : NULL;

    if (entry != NULL) {
        throws->kept = *entry;
    }
}
