/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file CTrapGuard.h
 * @brief Limits a trap in handler code to one call: the part of this that Swift
 *        cannot do.
 *
 * Swift code that indexes out of range, unwraps nil or overflows executes an
 * illegal instruction; infinite recursion faults at the end of the stack; the
 * runtime's own checks (casts, exclusivity) abort. Each is a signal on the
 * thread that caused it. Inside msw_guard_call the thread leaves that code and
 * continues after the call. All other signals are passed to the handlers that
 * were installed before.
 */
#ifndef MSW_TRAP_GUARD_H
#define MSW_TRAP_GUARD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Internal to the library: handlers do not see it. */
#pragma GCC visibility push(hidden)

/** The maximum number of frames of a trap's stack. */
#define MSW_TRAP_FRAMES 64

typedef enum {
    /** An illegal instruction, by which Swift stops at a failed check. */
    MSW_TRAP_CHECK,
    /** abort(): the Swift runtime has found an error, and printed it. */
    MSW_TRAP_ABORT,
    /** The end of the stack. */
    MSW_TRAP_STACK,
    /** A division by zero in C, and the like. */
    MSW_TRAP_ARITHMETIC
} msw_trap_kind;

/** The data of a trap. */
typedef struct msw_trap {
    msw_trap_kind kind;
    int signal;
    /** The instruction that trapped, and the return addresses, innermost
     *  first; frames outside of the guard's call may follow. */
    int count;
    uintptr_t frames[MSW_TRAP_FRAMES];
    /** Whether any frame of the call, however far out, is within a range of
     *  msw_guard_set_locks(), or returns into the function that initialises
     *  lazy globals. */
    int holds_lock;
    int is_in_global;
} msw_trap;

/** The code of a function. */
typedef struct {
    uintptr_t start;
    uintptr_t end;
} msw_code_range;

/**
 * Records functions that hold a lock, or leave data incomplete, if they are
 * left: once, before msw_guard_install().
 * @param count further ones than MSW_LOCKS are ignored
 * @param once the return address in the function that initialises lazy globals
 */
#define MSW_LOCKS 24
void msw_guard_set_locks(const msw_code_range *ranges, int count,
                         uintptr_t once);

/** Called for a fault that ends the process, on the faulting thread, from
 *  within a signal handler: may call only functions that signal-safety(7)
 *  lists. @param tag the innermost call's; NULL outside of calls */
typedef void (*msw_fault_callback)(int signal, uintptr_t address, void *tag);

/** Called for a trap on a thread that is then suspended, on that thread, whose
 *  code never continues. May call anything that this code might have called.
 *  @param tag the innermost call's; NULL on a thread of Swift's own pool */
typedef void (*msw_trap_callback)(const msw_trap *trap, void *tag);

/**
 * Collects the data about this process's code that the signal handlers need:
 * once in a parent, for all its children.
 */
void msw_guard_prepare(void);

/**
 * Installs the signal handlers of this process. Must be called once, before the
 * start of threads that are to be guarded; again after others have installed
 * theirs.
 * @param fault called before a fault ends the process; may be NULL
 * @param parked called before a thread of the pool is suspended for ever; NULL:
 *        a trap there ends the process
 * @return 0, or errno
 */
int msw_guard_install(msw_fault_callback fault, msw_trap_callback parked);

/** Called when others had installed signal handlers before the guard's.
 *  @param signals a bit for each signal's number
 *  @param handler the address of one of those handlers */
typedef void (*msw_displaced_callback)(unsigned signals, uintptr_t handler);

/** @param teller called on the thread that has detected it, once for each
 *         handler; may call anything */
void msw_guard_tell_displaced(msw_displaced_callback teller);

/**
 * Puts the guard's signal handlers before those that others have installed in
 * the meantime.
 * @return 0, or errno
 */
int msw_guard_retake(void);

/** At the start of a child: remembers httpd's handler for the signal by which it
 *  ends a child gracefully. Scripts of other modules may change it. */
void msw_keep_ending_signal(int signal);
/** Restores that handler and sends the process the signal. */
void msw_end_by_signal(void);
/** Sends the process a signal, unless its default action would end it. */
void msw_wake_by_signal(int signal);

/**
 * In the parent: checks whether the process has an interpreter whose scripts
 * can install signal handlers. If so, each call begins with msw_guard_retake.
 * @return whether it has one
 */
int msw_guard_watch(void);

/**
 * Calls body(context), and returns even if it traps.
 * @param tag identifies the running code in reports
 * @return 0 if body returned, 1 if it trapped. Its resources (memory, locks,
 *         file descriptors) are then never released.
 */
int msw_guard_call(void (*body)(void *), void *context, void *tag);

/** The tag of a connection's call is its record's address with this bit. */
#define MSW_CONNECTION_TAG 1

static inline int msw_is_connection_tag(const void *tag)
{
    return ((uintptr_t)tag & MSW_CONNECTION_TAG) != 0;
}

/**
 * A fault callback: writes a line to standard error, a child's error log.
 * @param tag address of a "const char *", the request line of the current
 *        request; or that of a connection
 */
void msw_write_crash_message(int signal, uintptr_t address, void *tag);

/** The last trap of the calling thread; valid until its next one. */
const msw_trap *msw_guard_last_trap(void);

/** Whether the calling thread has called msw_guard_call before. */
int msw_guard_knows_thread(void);

/**
 * Called once in a child: text that is printed to stderr is still written to
 * standard error, and the messages of fatalError() and of failed casts are kept
 * for the report of the trap.
 */
void msw_keep_last_words(void);

/** Returns and clears the text that the calling thread printed last; NULL:
 *  none. Valid until it prints again. */
const char *msw_take_last_words(void);

/** Whether the calling thread is inside msw_guard_call. */
int msw_guard_is_inside(void);

/** The size of a sampled thread's data about its current call: a structure of
 *  the reader's, copied as bytes. */
#define MSW_CALL_FACTS 512

typedef struct {
    /** The frames, innermost first. */
    msw_trap trap;
    /** Whether the thread is in a call. */
    int is_inside;
    /** Whether the first frame that is not the C library's is httpd's. */
    int is_in_httpd;
    /** Whether it waits for its client, see msw_guard_set_waiting. */
    int is_waiting;
    _Alignas(8) char facts[MSW_CALL_FACTS];
} msw_thread_sample;

/** Fills in the data about a call, on its thread, from within a signal
 *  handler. @param tag the innermost one that is not NULL */
typedef void (*msw_call_reader)(void *tag, void *facts);

void msw_guard_set_reader(msw_call_reader reader);

/**
 * Samples another thread of this process, which then continues: its system call
 * may end with EINTR. One caller at a time.
 * @param thread the id that gettid() returns
 * @param milliseconds the time limit for the sample
 * @return 1 if there is a sample
 */
int msw_guard_sample_thread(pid_t thread, msw_thread_sample *sample,
                            int milliseconds);

/** A thread that is inside msw_guard_call. */
typedef struct {
    pid_t thread;
    /** The call; another one may have the same address later. */
    uintptr_t call;
    /** Whether it is suspended where it trapped, for ever. */
    int is_suspended;
} msw_guarded_thread;

/** Lists the threads that are in calls of handlers; returns their number. */
int msw_guard_list_threads(msw_guarded_thread *threads, int capacity);

/** Reads the data about the call of a suspended thread; 0: it is not one. */
int msw_guard_read_suspended(pid_t thread, void *facts);

/** Records whether the calling thread waits for its client, within a call. */
void msw_guard_set_waiting(int is_waiting);

/**
 * Releases the dynamic linker's lock, which the calling thread still holds if a
 * library's constructor has trapped; 0: the lock was not found.
 */
int msw_release_linker_lock(void);

/** Returns the main actor's executor: the two words of a reference. */
typedef void (*msw_executor_source)(void **identity, uintptr_t *implementation);

/** Takes over a job of the runtime's own pool; 0: the pool has to run it.
 *  @param is_of_actor the result of msw_job_is_of_actor */
typedef int (*msw_job_taker)(void *job, int is_of_actor);

/** Makes the Swift runtime call these functions for the main actor's executor,
 *  and for jobs that prefer no executor: once in a child. */
void msw_executors_install(msw_executor_source main, msw_job_taker taker);

/** Whether a job runs a default actor's queue, and is not itself a task. */
int msw_job_is_of_actor(const void *job);

/** The preferred executor of the task that runs on the calling thread, not
 *  retained; NULL: none. */
void *msw_current_task_executor(void);

/** Records that the calling thread runs jobs of any task: its traps store the
 *  task's executor, and it is not listed among the threads in calls. */
void msw_guard_note_executors(void);

/** The preferred executor of the task that trapped last on the calling thread,
 *  not retained; NULL: none. */
void *msw_guard_trapped_executor(void);

/** The maximum number of addresses that are recorded for an error. */
#define MSW_THROW_FRAMES 17

/**
 * Finds where an error was thrown by the calling thread's code, if it is one of
 * the last few errors within the thread's current call.
 * @param error the box of the error, which must still exist
 * @param frames gets the return address of the call that created the box, or 0;
 *        then the return addresses of the throw, innermost first
 * @return the number of addresses; 0 if nothing was recorded
 */
int msw_throw_frames(const void *error, uintptr_t frames[MSW_THROW_FRAMES]);

/** Keeps the record of an error that is about to be thrown again. */
void msw_keep_throw(const void *error);

/** A pointer-sized variable of each thread, initially NULL: Swift has no
 *  thread-local variables without allocation. */
void *msw_thread_slot(void);
void msw_set_thread_word(void *word);

#pragma GCC visibility pop

#endif /* MSW_TRAP_GUARD_H */
