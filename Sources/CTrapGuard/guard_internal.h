/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file guard_internal.h
 * @brief The internal interface between the files of the guard.
 *
 * Called within the signal handler, and limited to what is safe there:
 * msw_program_counter, msw_stack_pointer, msw_find_frames, msw_code_at, the
 * msw_is_* that take a trap, msw_holds_lock, msw_is_once, msw_find_way,
 * msw_finish_first, msw_suspend_*, msw_note_suspended, msw_fill_sample,
 * msw_handle_sample_signal, msw_hand_on, msw_has_handed_on, msw_crash_frames
 * and msw_image_name. msw_leave_call is called there, and by the function to
 * which msw_finish_first makes the code return.
 *
 * The others are never called there: msw_prepare_*, msw_map_code,
 * msw_note_throws and msw_install_handler when a process is prepared;
 * msw_close_reserve and msw_release_reserve on a thread that begins
 * or ends, and msw_unblock_signals also when an author sets a mask;
 * msw_close_reserve_again and msw_release_stdout after a trap;
 * msw_is_watching at each call; msw_thread_throws when an error is thrown.
 */
#ifndef MSW_GUARD_PARTS_H
#define MSW_GUARD_PARTS_H

#include "CTrapGuard.h"

#include <ucontext.h>

#pragma GCC visibility push(hidden)

typedef void msw_signal_handler(int signal, siginfo_t *info, void *context);

uintptr_t msw_program_counter(const ucontext_t *context);
uintptr_t msw_stack_pointer(const ucontext_t *context);

/** Finds the interrupted instruction and its callers.
 *  @param high no frame is above this address; 0: if the unwinder finds no
 *         frames, only the innermost is determined */
void msw_find_frames(const ucontext_t *context, msw_trap *trap,
                     uintptr_t high);

/** For data that a signal handler reads: initial-exec needs no allocation. */
#define THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))

/** code_map.c: the owner of code. */
typedef enum {
    /** A handler's code, or that of a library loaded with one. */
    MSW_CODE_HANDLER,
    MSW_CODE_C_LIBRARY,
    MSW_CODE_LINKER,
    MSW_CODE_DISPATCH,
    MSW_CODE_CONCURRENCY,
    MSW_CODE_SWIFT,
    /** libModSwift. */
    MSW_CODE_LIBRARY,
    /** httpd, its modules and their libraries. */
    MSW_CODE_HTTPD
} msw_code;

/** Looks up the images before any handler is loaded; 0: already done. */
int msw_map_code(void);
msw_code msw_code_at(uintptr_t address);
const char *msw_image_name(const char *path);
/** Whether the trap was inside the C library, which may then hold the
 *  allocator's lock. A caller of abort() holds none. */
int msw_is_in_library(const msw_trap *trap);
/** Whether the Swift runtime called abort(): after the C library's own aborts
 *  (double free, a smashed stack, assert) the process cannot continue. */
int msw_is_runtime_abort(const msw_trap *trap);
/** Whether the first frame that is not the C library's is httpd's. */
int msw_is_in_httpd(const msw_trap *trap);
/** Whether the code holds a lock when it is left: see msw_guard_set_locks(). */
int msw_holds_lock(uintptr_t address);
int msw_is_once(uintptr_t address);

/** throw_record.c: the number of errors of a thread that are kept. */
#define MSW_THROWS 4

typedef struct {
    const void *error;
    /** The number of recorded frames. */
    int count;
    /** The return address of the call that created the error's box, or 0;
     *  then the return addresses of the throw, innermost first. */
    uintptr_t frames[MSW_THROW_FRAMES];
} msw_throw;

/** The box of an error that a handler's module has created. */
typedef struct {
    const void *error;
    uintptr_t address;
} msw_boxing;

typedef struct {
    msw_throw last[MSW_THROWS];
    /** The number of records so far: the next index, not wrapped. */
    unsigned next;
    msw_boxing boxed[MSW_THROWS];
    /** The number of boxes so far: the next index, not wrapped. */
    unsigned next_boxed;
    /** The content of the next record for the same error. */
    msw_throw kept;
} msw_throws;

/** Returns the records of the calling thread; NULL outside of calls.
 *  @param high no frame of the call is above this address */
msw_throws *msw_thread_throws(uintptr_t *high);
/** Makes the runtime report errors from now on. */
void msw_note_throws(void);

/** stack_reserve.c: the protected end of a thread's stack. */
typedef struct {
    uintptr_t low;
    /** 0: there is none. */
    size_t length;
    int is_open;
} msw_reserve;

/** The frames between a trap and the call of the guard. */
typedef struct {
    msw_code innermost;
    /** Whether a frame is libdispatch's: its other threads use data on this
     *  stack. */
    int passes_dispatch;
    /** Whether a frame is the concurrency runtime's. */
    int passes_concurrency;
    /** See msw_trap. */
    int holds_lock;
    int is_in_global;
    /** The stack slot with the return address into the innermost frame, other
     *  than the trapping one, that a jump may leave; 0: there is none. */
    uintptr_t return_slot;
    uintptr_t return_address;
    /** The number of frames below that one. */
    int inner_frames;
} msw_way;

void msw_close_reserve(msw_reserve *reserve, uintptr_t low, size_t size);
/** Called after a trap, when the stack is back at its beginning. */
void msw_close_reserve_again(msw_reserve *reserve);
/** Called at the end of the thread: another one may get its stack. */
void msw_release_reserve(msw_reserve *reserve);
/** Walks the frames, all of them: a trap may be at the end of a long recursion.
 *  @param high no frame of the call is above this address */
void msw_find_way(uintptr_t program_counter, uintptr_t high, msw_way *way);
/** Opens the reserve and arranges that msw_leave_call is called as soon as the
 *  functions that must not be interrupted have returned; 0: impossible. */
int msw_finish_first(msw_reserve *reserve, const msw_way *way, uintptr_t low,
                     uintptr_t high);
/** Leaves the innermost call of the thread. */
void msw_leave_call(void) __attribute__((noreturn));

/** Records that the calling thread does not continue. */
void msw_note_suspended(void);

/** Whether the calling thread is in a call, in the process that has installed
 *  the guard. */
int msw_is_in_own_call(void);

/** signal_chain.c: installs a handler before all others; 0, or errno. */
int msw_install_handler(msw_signal_handler *handler);
/** Passes on a signal that is not a trap of a guarded call; may return. */
void msw_hand_on(int signal, siginfo_t *info, void *context);
/** Whether the calling thread has passed on such a signal before. */
int msw_has_handed_on(int signal);
/** Whether an action is the guard's own. */
int msw_is_own_action(const struct sigaction *action);
/** A fault whose signal another module has blocked would end the process. */
void msw_unblock_signals(void);
/** Whether each call has to check the handlers first. */
int msw_is_watching(void);

/** suspended_thread.c */
void msw_prepare_parking(msw_trap_callback teller);
/** Suspends a thread of Swift's pool for ever; returns on any other. */
void msw_suspend_pool_thread(int signal, msw_trap_kind kind,
                             const ucontext_t *context);
/** Suspends a thread for ever; returns if the trap cannot be reported. */
void msw_suspend_thread(msw_trap *trap, const ucontext_t *context, void *tag);

/** stdout_lock.c: the number of times that the calling thread holds the lock of
 *  stdout. */
int msw_stdout_locks(void);
/** Releases it until the calling thread holds it that many times. */
void msw_release_stdout(int locks);
/** Called by a thread that does not hold it. */
void msw_prepare_stdout(void);

/** The frames of the fault that the calling thread is reporting; NULL: none. */
const msw_trap *msw_crash_frames(void);

/** Fills in the thread's own data; called on that thread. */
void msw_fill_sample(msw_thread_sample *sample);

/** thread_sample.c */
void msw_prepare_answers(msw_signal_handler *handler);
/** Takes the sample if the signal is msw_guard_sample_thread's; returns whether
 *  it is. */
int msw_handle_sample_signal(int signal, const siginfo_t *info,
                             const ucontext_t *context);

#pragma GCC visibility pop

#endif /* MSW_GUARD_PARTS_H */
