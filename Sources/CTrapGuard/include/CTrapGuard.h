/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file CTrapGuard.h
 * @brief A trap in handler code costs one call: what Swift cannot do of it.
 *
 * Swift code that indexes out of range, unwraps nil or overflows executes an
 * illegal instruction; recursion without end faults at the end of the stack;
 * the runtime's own checks (casts, exclusivity) abort. Each is a signal on the
 * thread that did it. Inside msw_guard_call the thread leaves that code and
 * continues after the call. All other signals are passed to the handlers that
 * were installed before.
 */
#ifndef MSW_TRAP_GUARD_H
#define MSW_TRAP_GUARD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of the library's own: handlers do not see it. */
#pragma GCC visibility push(hidden)

/** How deep a trap's stack is looked at. */
#define MSW_TRAP_FRAMES 64

typedef enum {
    /** An illegal instruction: Swift's way to stop at a failed check. */
    MSW_TRAP_CHECK,
    /** abort(): the Swift runtime has found a mistake, and printed it. */
    MSW_TRAP_ABORT,
    /** The end of the stack. */
    MSW_TRAP_STACK,
    /** A division by zero in C, and the like. */
    MSW_TRAP_ARITHMETIC
} msw_trap_kind;

/** What is known of a trap. */
typedef struct msw_trap {
    msw_trap_kind kind;
    int signal;
    /** The instruction that trapped, and the addresses to return to, innermost
     *  first; further ones than the guard's may follow. */
    int count;
    uintptr_t frames[MSW_TRAP_FRAMES];
} msw_trap;

/** Called for a fault that ends the process, on the faulting thread, from
 *  within a signal handler: may call only functions that signal-safety(7)
 *  lists. tag is the innermost call's; NULL outside of any. */
typedef void (*msw_fault_callback)(int signal, uintptr_t address, void *tag);

/** Called for a trap on a thread that is then suspended, on that thread, whose
 *  code never continues. May call anything that this code might have called.
 *  @param tag the innermost call's; NULL on a thread of Swift's own pool */
typedef void (*msw_trap_callback)(const msw_trap *trap, void *tag);

/**
 * Looks up what the signal handlers have to know of the code of this process:
 * once in a parent, for all its children.
 */
void msw_guard_prepare(void);

/**
 * Installs the signal handlers of this process. Once, before threads that are
 * to be guarded start; again after others have installed theirs.
 * @param fault called before a fault ends the process; may be NULL
 * @param parked called before a thread of the pool is kept for ever; NULL: a
 *        trap there ends the process
 * @return 0, or errno
 */
int msw_guard_install(msw_fault_callback fault, msw_trap_callback parked);

/** Called when others had installed signal handlers in front of the guard's.
 *  @param signals a bit for each signal's number
 *  @param handler the address of one of theirs */
typedef void (*msw_displaced_callback)(unsigned signals, uintptr_t handler);

/** @param teller called on the thread that has noticed it, once for each
 *         handler; may call anything */
void msw_guard_tell_displaced(msw_displaced_callback teller);

/**
 * Puts the guard's signal handlers in front of those that others have installed
 * meanwhile.
 * @return 0, or errno
 */
int msw_guard_retake(void);

/** At the start of a child: remembers httpd's handler for the signal by which it
 *  ends a child gracefully. Scripts of other modules may change it. */
void msw_keep_ending_signal(int signal);
/** Puts that handler back and sends the process the signal. */
void msw_end_by_signal(void);
/** Sends the process a signal, unless its default action would end it. */
void msw_wake_by_signal(int signal);

/**
 * In the parent: looks whether the process has an interpreter whose scripts may
 * install signal handlers. Where it has, each call begins with msw_guard_retake.
 * @return whether it has
 */
int msw_guard_watch(void);

/**
 * Calls body(context), and comes back when it traps.
 * @param tag says what runs, for the teller
 * @return 0 when body returned, 1 when it trapped. What it held (memory,
 *         locks, file descriptors) is held for ever.
 */
int msw_guard_call(void (*body)(void *), void *context, void *tag);

/** The tag of a connection's call is its record's address with this bit. */
#define MSW_CONNECTION_TAG 1

static inline int msw_is_connection_tag(const void *tag)
{
    return ((uintptr_t)tag & MSW_CONNECTION_TAG) != 0;
}

/**
 * A teller: a line to the standard error output, which is a child's error log.
 * @param tag address of a "const char *", the line of the request that runs;
 *        or that of a connection
 */
void msw_write_crash_message(int signal, uintptr_t address, void *tag);

/** The last trap of the calling thread; valid until its next. */
const msw_trap *msw_guard_last_trap(void);

/** Whether the calling thread has called msw_guard_call before. */
int msw_guard_knows_thread(void);

/**
 * Once in a child: what is printed to stderr goes on to the standard error
 * output, and the words of fatalError() and of failed casts are kept for the
 * report of the trap.
 */
void msw_keep_last_words(void);

/** The last words that the calling thread has printed, and forgets them; NULL:
 *  none. Valid until it prints again. */
const char *msw_take_last_words(void);

/** Whether the calling thread is inside msw_guard_call. */
int msw_guard_is_inside(void);

/** What a sampled thread says of the call that it is in: a structure of the
 *  reader's, copied as bytes. */
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

/** Fills in what is known of a call, on its thread, from within a signal
 *  handler. @param tag the innermost that is not NULL */
typedef void (*msw_call_reader)(void *tag, void *facts);

void msw_guard_set_reader(msw_call_reader reader);

/**
 * Finds out where another thread of this process is, and lets it go on: its
 * system call may end with EINTR. One caller at a time.
 * @param thread as gettid() names it
 * @param milliseconds how long the thread may take to answer
 * @return 1 when it has answered
 */
int msw_guard_sample_thread(pid_t thread, msw_thread_sample *sample,
                            int milliseconds);

/** A thread that is inside msw_guard_call. */
typedef struct {
    pid_t thread;
    /** The call; another one may have the same address later. */
    uintptr_t call;
    /** Whether it is kept where it trapped, for ever. */
    int is_suspended;
} msw_guarded_thread;

/** Lists the threads that are in calls of handlers; returns their number. */
int msw_guard_list_threads(msw_guarded_thread *threads, int capacity);

/** Reads what is known of the call of a suspended thread; 0: it is none. */
int msw_guard_read_suspended(pid_t thread, void *facts);

/** Says whether the calling thread waits for its client, within a call. */
void msw_guard_set_waiting(int is_waiting);

/**
 * Gives back the dynamic linker's lock, which the calling thread still holds
 * where a library's constructor has trapped; 0: it has found none.
 */
int msw_release_linker_lock(void);

/** Says where the main actor's executor is: the two words of a reference. */
typedef void (*msw_executor_source)(void **identity, uintptr_t *implementation);

/** Takes over a job that the runtime's own pool would run; 0: that is to run it.
 *  @param is_of_actor as msw_job_is_of_actor says */
typedef int (*msw_job_taker)(void *job, int is_of_actor);

/** Has the Swift runtime ask who runs the main actor's jobs, and those that
 *  prefer no executor: once in a child. */
void msw_executors_install(msw_executor_source main, msw_job_taker taker);

/** Whether a job runs what a default actor has waiting, and is no task itself. */
int msw_job_is_of_actor(const void *job);

/** The executor that the task prefers that runs on the calling thread, not
 *  retained; NULL: none. */
void *msw_current_task_executor(void);

/** Says that the calling thread runs jobs of any task: its traps remember whose
 *  task trapped, and it is not listed among the threads in calls. */
void msw_guard_note_executors(void);

/** The executor that the task prefers that has trapped last on the calling
 *  thread, not retained; NULL: none. */
void *msw_guard_trapped_executor(void);

/** How many addresses are noted of an error. */
#define MSW_THROW_FRAMES 17

/**
 * Says where the error was thrown that the calling thread's code has thrown, if
 * it is one of the last few within the call that the thread is in.
 * @param error the box of the error, which still holds it
 * @param frames gets the address behind the call that made the error's box, or
 *        0; then the addresses to return to from the throw, innermost first
 * @return how many; 0 where nothing is known
 */
int msw_throw_frames(const void *error, uintptr_t frames[MSW_THROW_FRAMES]);

/** Keeps what is known of an error that is about to be thrown on. */
void msw_keep_throw(const void *error);

/** A word that each thread has to itself; NULL at first. Swift has no other
 *  place for one. */
void *msw_thread_slot(void);
void msw_set_thread_word(void *word);

#pragma GCC visibility pop

#endif /* MSW_TRAP_GUARD_H */
