/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file guard.c
 * @brief Returning from a trap: a jump point for each call, an alternate stack
 *        for each thread, one signal handler.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTrapGuard.h"
#include "guard_internal.h"

#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* ---- The Swift runtime's data for each thread ----------------------------
 *
 * The current accesses (exclusivity), the current task and its executor: all
 * are in the thread-local data of two libraries, a few words each. After a trap
 * they point into stack frames that do not exist any more, so they are reset to
 * their values at the start of the call. This requires no private symbol of the
 * runtime, so none can be missing.
 */

#define RUNTIME_LIBRARIES 2
#define RUNTIME_WORDS 8

static const char *const runtime_names[RUNTIME_LIBRARIES] = {
    "libswiftCore.so", "libswift_Concurrency.so"
};

/* The argument of __tls_get_addr: module and offset. */
typedef struct {
    unsigned long module;
    unsigned long offset;
} tls_index;

extern void *__tls_get_addr(tls_index *index);

static struct runtime_data {
    tls_index index;
    size_t size;
} runtime_data[RUNTIME_LIBRARIES];

typedef struct {
    uintptr_t words[RUNTIME_LIBRARIES][RUNTIME_WORDS];
    int stdout_locks;
} runtime_state;

static int find_runtime(struct dl_phdr_info *image, size_t size, void *unused)
{
    const char *name = msw_image_name(image->dlpi_name);

    (void)size;
    (void)unused;
    for (int i = 0; i < RUNTIME_LIBRARIES; i++) {
        if (strcmp(name, runtime_names[i]) != 0) {
            continue;
        }
        for (int j = 0; j < image->dlpi_phnum; j++) {
            const ElfW(Phdr) *segment = &image->dlpi_phdr[j];

            if (segment->p_type == PT_TLS
                && segment->p_memsz <= sizeof(uintptr_t[RUNTIME_WORDS])) {
                runtime_data[i].index.module = image->dlpi_tls_modid;
                runtime_data[i].size = segment->p_memsz;
            }
        }
    }
    return 0;
}

static void save_runtime(runtime_state *state)
{
    for (int i = 0; i < RUNTIME_LIBRARIES; i++) {
        if (runtime_data[i].size != 0) {
            memcpy(state->words[i], __tls_get_addr(&runtime_data[i].index),
                   runtime_data[i].size);
        }
    }
    state->stdout_locks = msw_stdout_locks();
}

static void restore_runtime(const runtime_state *state)
{
    msw_release_stdout(state->stdout_locks);
    for (int i = 0; i < RUNTIME_LIBRARIES; i++) {
        if (runtime_data[i].size != 0) {
            memcpy(__tls_get_addr(&runtime_data[i].index), state->words[i],
                   runtime_data[i].size);
        }
    }
}

/* ---- Threads ------------------------------------------------------------ */

#define ALTERNATE_STACK (128 * 1024)
#define RARE_DATA ((sizeof(struct rare_data) + 63) & ~(size_t)63)

/* A running call; on the stack of its thread. */
struct call {
    sigjmp_buf point;
    struct call *outer;
    void *tag;
};

/* The data of a thread that prints, throws or traps: at the upper end of the
 * mapping of its alternate stack, of which other threads never touch a page. */
struct rare_data {
    msw_trap trap;
    msw_throws throws;
    /* The text that it printed last. */
    char words[512];
};

/* The data of each thread that has guarded a call. */
struct thread_data {
    void *alternate_stack;
    struct rare_data *rare;
    /* All of them are in a list, which other threads read. */
    struct thread_data *next;
    struct thread_data **link;
    pid_t thread;
    struct call **innermost;
    int is_suspended;
    int is_waiting;
    /* Whether it runs jobs of all requests, and the executor of the last one
     * that trapped. */
    int notes_executors;
    void *trapped_executor;
    size_t words_length;
    /* The lowest address of the thread's stack. */
    uintptr_t stack_low;
    /* The lowest part of the stack. */
    msw_reserve reserve;
    /* The runtime's data at the start of the thread's first call. */
    runtime_state clean;
};

/* Set by the thread's first call. */
static THREAD_LOCAL struct thread_data *own_data;
/* The same, but NULL between the calls of a thread that is being watched, so
 * that each call begins as the first one does. */
static THREAD_LOCAL struct thread_data *thread_data;
static THREAD_LOCAL struct call *innermost;

static pthread_key_t thread_key;

static struct thread_data *all_threads;
static pthread_mutex_t all_threads_lock = PTHREAD_MUTEX_INITIALIZER;

static void enlist(struct thread_data *data)
{
    data->thread = (pid_t)syscall(SYS_gettid);
    data->innermost = &innermost;
    pthread_mutex_lock(&all_threads_lock);
    data->next = all_threads;
    data->link = &all_threads;
    if (data->next != NULL) {
        data->next->link = &data->next;
    }
    all_threads = data;
    pthread_mutex_unlock(&all_threads_lock);
}

static void delist(struct thread_data *data)
{
    pthread_mutex_lock(&all_threads_lock);
    *data->link = data->next;
    if (data->next != NULL) {
        data->next->link = data->link;
    }
    pthread_mutex_unlock(&all_threads_lock);
}

static void free_thread_data(void *data)
{
    stack_t off = { .ss_flags = SS_DISABLE };
    struct thread_data *of_thread = data;

    delist(of_thread);
    msw_release_reserve(&of_thread->reserve);
    own_data = NULL;
    thread_data = NULL;
    sigaltstack(&off, NULL);
    if (of_thread->alternate_stack != MAP_FAILED) {
        munmap(of_thread->alternate_stack, ALTERNATE_STACK + RARE_DATA);
    }
    free(of_thread);
}

/* The first thread's stack grows, and only /proc shows where it is. Without
 * /proc: the program's name is the last data that the kernel has put there. */
static uintptr_t first_stack_bottom(size_t *size)
{
    uintptr_t name = (uintptr_t)getauxval(AT_EXECFN);
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct rlimit limit;
    uintptr_t end;

    if (name == 0 || getpid() != (pid_t)syscall(SYS_gettid)
        || getrlimit(RLIMIT_STACK, &limit) != 0
        || limit.rlim_cur == RLIM_INFINITY) {
        return 0;
    }
    end = name + strlen((const char *)name) + 1 + sizeof(uintptr_t);
    end = (end + page - 1) & ~(page - 1);
    *size = (size_t)limit.rlim_cur & ~(page - 1);
    return end - *size;
}

static uintptr_t stack_bottom(size_t *size)
{
    pthread_attr_t attributes;
    void *low = NULL;

    *size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return first_stack_bottom(size);
    }
    pthread_attr_getstack(&attributes, &low, size);
    pthread_attr_destroy(&attributes);
    return (uintptr_t)low;
}

static int prepare_thread(void)
{
    struct thread_data *data = calloc(1, sizeof(*data));
    stack_t stack = { .ss_size = ALTERNATE_STACK };
    size_t size;

    if (data == NULL) {
        return 0;
    }
    stack.ss_sp = mmap(NULL, ALTERNATE_STACK + RARE_DATA,
                       PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                       -1, 0);
    data->alternate_stack = stack.ss_sp;
    if (stack.ss_sp == MAP_FAILED) {
        free(data);
        return 0;
    }
    data->rare = (void *)((char *)stack.ss_sp + ALTERNATE_STACK);
    data->stack_low = stack_bottom(&size);
    msw_close_reserve(&data->reserve, data->stack_low, size);
    save_runtime(&data->clean);
    enlist(data);
    if (sigaltstack(&stack, NULL) != 0
        || pthread_setspecific(thread_key, data) != 0) {
        free_thread_data(data);
        return 0;
    }
    own_data = data;
    return 1;
}

/* Another module's code may have run on the thread. */
static void retake_stack(void)
{
    stack_t present;
    stack_t stack = { .ss_size = ALTERNATE_STACK };

    stack.ss_sp = own_data->alternate_stack;
    if (sigaltstack(NULL, &present) == 0
        && (present.ss_sp != stack.ss_sp || (present.ss_flags & SS_DISABLE))) {
        sigaltstack(&stack, NULL);
    }
}

/* ---- Signals ------------------------------------------------------------ */

static msw_fault_callback tell_fault;
/* The process that has installed the guard: a handler may fork another. */
static pid_t own_process;

/* The frames of the fault that the thread is reporting. */
static THREAD_LOCAL const msw_trap *crash_frames;
/* Where to continue if the stack cannot be read. */
static THREAD_LOCAL sigjmp_buf *unreadable;

const msw_trap *msw_crash_frames(void)
{
    return crash_frames;
}

/* Finds the frames of a fault. What caused the fault may have damaged the
 * stack: a second fault, of the unwinder, only ends the search. */
static void find_crash_frames(const ucontext_t *context, msw_trap *trap)
{
    sigjmp_buf point;
    sigset_t faults;
    sigset_t before;

    sigemptyset(&faults);
    sigaddset(&faults, SIGSEGV);
    sigaddset(&faults, SIGBUS);
    pthread_sigmask(SIG_UNBLOCK, &faults, &before);
    if (sigsetjmp(point, 0) == 0) {
        unreadable = &point;
        msw_find_frames(context, trap, 0);
    }
    unreadable = NULL;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (trap->count == 0) {
        trap->frames[trap->count++] = msw_program_counter(context);
    }
}

/* Makes the message of a fault that ends the process. */
static void report_fault(int signal, const siginfo_t *info,
                         const ucontext_t *context)
{
    msw_trap trap = { .signal = signal };

    find_crash_frames(context, &trap);
    crash_frames = &trap;
    tell_fault(signal, info->si_code > 0 ? (uintptr_t)info->si_addr : 0,
               innermost ? innermost->tag : NULL);
    crash_frames = NULL;
}

/* The maximum distance below a stack's end that a single call can reach. */
#define STACK_REACH (256 * 1024)

static int is_end_of_stack(const siginfo_t *info)
{
    uintptr_t address = (uintptr_t)info->si_addr;
    uintptr_t low = thread_data->stack_low;
    uintptr_t high = low + (uintptr_t)sysconf(_SC_PAGESIZE)
                     + thread_data->reserve.length;

    return low != 0 && address < high && address >= low - STACK_REACH;
}

/* Whether a failed check has stopped the code, with memory intact. */
static int is_check(int signal, const siginfo_t *info, msw_trap_kind *kind)
{
    switch (signal) {
    case SIGILL:
    case SIGTRAP:
        *kind = MSW_TRAP_CHECK;
        return info->si_code > 0;
    case SIGFPE:
        *kind = MSW_TRAP_ARITHMETIC;
        return info->si_code > 0;
    case SIGABRT:
        *kind = MSW_TRAP_ABORT;
        return info->si_code == SI_TKILL && info->si_pid == getpid();
    default:
        return 0;
    }
}

/* Whether the code of the innermost call caused it, and in a way that leaves
 * memory intact. */
static int is_trap(int signal, const siginfo_t *info, msw_trap_kind *kind)
{
    if (innermost == NULL || thread_data == NULL) {
        return 0;
    }
    if (signal == SIGSEGV || signal == SIGBUS) {
        *kind = MSW_TRAP_STACK;
        return info->si_code > 0 && is_end_of_stack(info);
    }
    return is_check(signal, info, kind);
}

/* Whether a handler that was called before this one has raised the signal
 * again, as Python's does: the details of the trap (siginfo) are lost then. */
static int is_raised_again(int signal, const siginfo_t *info)
{
    return signal != SIGABRT && info->si_code == SI_TKILL
           && info->si_pid == getpid() && !msw_has_handed_on(signal);
}

void msw_leave_call(void)
{
    siglongjmp(innermost->point, 1);
}

/* Frames that have returned do not belong to the trap. The others begin with a
 * return address, which is after its call instruction. */
static void drop_finished(msw_trap *trap, const msw_way *way)
{
    int count = way->inner_frames;

    if (count >= trap->count) {
        trap->frames[0] = way->return_address;
        trap->count = 1;
    }
    else {
        trap->count -= count;
        memmove(trap->frames, trap->frames + count,
                (size_t)trap->count * sizeof(*trap->frames));
    }
    trap->frames[0]--;
}

typedef enum { LEAVE, FINISH_FIRST, END_PROCESS } verdict;

/* Decides how to handle a trap within a call. Returns only if the thread need
 * not be suspended. */
static verdict judge(msw_trap *trap, const ucontext_t *context)
{
    msw_way way;

    if (trap->kind == MSW_TRAP_ABORT && !msw_is_runtime_abort(trap)) {
        return END_PROCESS;
    }
    msw_find_way(msw_program_counter(context), (uintptr_t)innermost, &way);
    trap->holds_lock = way.holds_lock;
    trap->is_in_global = way.is_in_global;
    if (way.passes_dispatch) {
        msw_suspend_thread(trap, context, innermost->tag);
        return END_PROCESS;
    }
    if (trap->kind == MSW_TRAP_ABORT || way.innermost == MSW_CODE_HANDLER) {
        return LEAVE;
    }
    if (trap->kind == MSW_TRAP_STACK
        && msw_finish_first(&thread_data->reserve, &way,
                            msw_stack_pointer(context),
                            (uintptr_t)innermost)) {
        drop_finished(trap, &way);
        return FINISH_FIRST;
    }
    switch (way.innermost) {
    case MSW_CODE_SWIFT:
    case MSW_CODE_CONCURRENCY:
    case MSW_CODE_LIBRARY:
        /* Checks happen here; the drain is urgent if a lock may be held. */
        return LEAVE;
    default:
        return END_PROCESS;
    }
}

static void handle(int signal, siginfo_t *info, void *data)
{
    const ucontext_t *context = data;
    int error = errno;
    msw_trap_kind kind;
    int is_ours = 0;

    if (unreadable != NULL && (signal == SIGSEGV || signal == SIGBUS)) {
        siglongjmp(*unreadable, 1);
    }
    if (msw_handle_sample_signal(signal, info, context)) {
        errno = error;
        return;
    }
    if (is_trap(signal, info, &kind)) {
        msw_trap *trap = &thread_data->rare->trap;

        trap->kind = kind;
        trap->signal = signal;
        trap->count = 0;
        msw_find_frames(context, trap, (uintptr_t)innermost);
        switch (judge(trap, context)) {
        case LEAVE:
            pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, NULL);
            msw_leave_call();
        case FINISH_FIRST:
            errno = error;
            return;
        case END_PROCESS:
            break;
        }
        is_ours = 1;
    }
    else if (innermost == NULL && is_check(signal, info, &kind)) {
        msw_suspend_pool_thread(signal, kind, context);
        is_ours = 1;
    }
    if (tell_fault != NULL
        && (info->si_code > 0 || is_ours || is_raised_again(signal, info))) {
        report_fault(signal, info, context);
    }
    errno = error;
    msw_hand_on(signal, info, data);
}

void msw_guard_prepare(void)
{
    static int is_prepared;
    void *frame;

    if (msw_map_code()) {
        dl_iterate_phdr(find_runtime, NULL);
    }
    if (!is_prepared) {
        /* The first call of backtrace loads a library. */
        backtrace(&frame, 1);
        is_prepared = 1;
    }
}

int msw_guard_install(msw_fault_callback fault, msw_trap_callback parked)
{
    static int is_prepared;

    if (!is_prepared) {
        int error = pthread_key_create(&thread_key, free_thread_data);

        if (error != 0) {
            return error;
        }
        is_prepared = 1;
    }
    tell_fault = fault;
    own_process = getpid();
    msw_guard_prepare();
    msw_note_throws();
    msw_prepare_stdout();
    msw_prepare_parking(parked);
    msw_prepare_answers(handle);
    return msw_install_handler(handle);
}

/* ---- The text printed last ----------------------------------------------- */

static ssize_t write_words(void *unused, const char *text, size_t size)
{
    struct thread_data *data = thread_data;

    (void)unused;
    if (data != NULL && innermost != NULL) {
        size_t length = data->words_length;
        size_t taken;

        /* A complete line is discarded when the next one begins. */
        if (length > 0 && data->rare->words[length - 1] == '\n') {
            length = 0;
        }
        taken = sizeof(data->rare->words) - 1 - length;
        taken = size < taken ? size : taken;
        memcpy(data->rare->words + length, text, taken);
        data->words_length = length + taken;
    }
    return write(STDERR_FILENO, text, size);
}

void msw_keep_last_words(void)
{
    static FILE *stream;
    cookie_io_functions_t functions = { .write = write_words };

    if (stream == NULL && (stream = fopencookie(NULL, "w", functions))) {
        setvbuf(stream, NULL, _IONBF, 0);
        stderr = stream;
    }
}

const char *msw_take_last_words(void)
{
    if (own_data == NULL || own_data->words_length == 0) {
        return NULL;
    }
    own_data->rare->words[own_data->words_length] = '\0';
    own_data->words_length = 0;
    return own_data->rare->words;
}

/* ---- Data for other threads ---------------------------------------------- */

static msw_call_reader read_call;

void msw_guard_set_reader(msw_call_reader reader)
{
    read_call = reader;
}

static void read_facts(const struct call *call, void *facts)
{
    memset(facts, 0, MSW_CALL_FACTS);
    while (call != NULL && call->tag == NULL) {
        call = call->outer;
    }
    if (call != NULL && read_call != NULL) {
        read_call(call->tag, facts);
    }
}

void msw_fill_sample(msw_thread_sample *sample)
{
    sample->is_inside = innermost != NULL;
    sample->is_in_httpd = msw_is_in_httpd(&sample->trap);
    sample->is_waiting = thread_data != NULL && thread_data->is_waiting;
    read_facts(innermost, sample->facts);
}

int msw_guard_list_threads(msw_guarded_thread *threads, int capacity)
{
    int count = 0;

    pthread_mutex_lock(&all_threads_lock);
    for (struct thread_data *data = all_threads;
         data != NULL && count < capacity; data = data->next) {
        /* It may be another one a moment later: the caller checks that. */
        const struct call *call =
            __atomic_load_n(data->innermost, __ATOMIC_RELAXED);

        if (call != NULL
            && !__atomic_load_n(&data->notes_executors, __ATOMIC_RELAXED)) {
            threads[count].thread = data->thread;
            threads[count].call = (uintptr_t)call;
            threads[count].is_suspended =
                __atomic_load_n(&data->is_suspended, __ATOMIC_ACQUIRE);
            count++;
        }
    }
    pthread_mutex_unlock(&all_threads_lock);
    return count;
}

int msw_guard_read_suspended(pid_t thread, void *facts)
{
    int is_found = 0;

    pthread_mutex_lock(&all_threads_lock);
    for (struct thread_data *data = all_threads; data != NULL;
         data = data->next) {
        /* The calls of a suspended thread never end. */
        if (data->thread == thread
            && __atomic_load_n(&data->is_suspended, __ATOMIC_ACQUIRE)) {
            read_facts(*data->innermost, facts);
            is_found = 1;
        }
    }
    pthread_mutex_unlock(&all_threads_lock);
    return is_found;
}

void msw_note_suspended(void)
{
    if (thread_data != NULL) {
        __atomic_store_n(&thread_data->is_suspended, 1, __ATOMIC_RELEASE);
    }
}

void msw_guard_set_waiting(int is_waiting)
{
    if (thread_data != NULL) {
        thread_data->is_waiting = is_waiting;
    }
}

/* ---- A pointer for each thread ------------------------------------------ */

static THREAD_LOCAL void *thread_word;

void *msw_thread_slot(void)
{
    return thread_word;
}

void msw_set_thread_word(void *word)
{
    thread_word = word;
}

/* ---- A call ------------------------------------------------------------- */

int msw_guard_knows_thread(void)
{
    return own_data != NULL;
}

int msw_guard_is_inside(void)
{
    return innermost != NULL;
}

int msw_is_in_own_call(void)
{
    return innermost != NULL && getpid() == own_process;
}

msw_throws *msw_thread_throws(uintptr_t *high)
{
    if (innermost == NULL || thread_data == NULL) {
        return NULL;
    }
    *high = (uintptr_t)innermost;
    return &thread_data->rare->throws;
}

/* The space below its own frame that a function and its callees may need. */
#define STACK_IN_USE (64 * 1024)

/* Infinite recursion has touched the whole stack: this returns its unused pages
 * to the system, up to 8 MB for each thread. */
static void __attribute__((noinline)) release_stack_pages(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t low = (thread_data->stack_low + page - 1) & ~(page - 1);
    uintptr_t high = ((uintptr_t)__builtin_frame_address(0) - STACK_IN_USE)
                     & ~(page - 1);

    if (low != 0 && low < high) {
        /* The first thread's stack may not be completely mapped. */
        madvise((void *)low, high - low, MADV_DONTNEED);
    }
}

static void finish_trap(const runtime_state *state)
{
    if (thread_data->notes_executors) {
        /* The runtime's own data still refer to the task. */
        thread_data->trapped_executor = msw_current_task_executor();
    }
    restore_runtime(state);
    if (thread_data->rare->trap.kind == MSW_TRAP_STACK) {
        release_stack_pages();
    }
    msw_close_reserve_again(&thread_data->reserve);
}

/* Other threads read the call: see msw_guard_list_threads(). */
static inline void enter(struct call *call)
{
    __atomic_store_n(&innermost, call, __ATOMIC_RELAXED);
}

/* A separate function, so that most calls copy nothing. */
static int __attribute__((noinline))
call_inside(void (*body)(void *), void *context, struct call *call)
{
    runtime_state state;

    save_runtime(&state);
    if (sigsetjmp(call->point, 0) == 0) {
        enter(call);
        body(context);
        enter(call->outer);
        return 0;
    }
    enter(call->outer);
    finish_trap(&state);
    return 1;
}

void msw_guard_note_executors(void)
{
    if (own_data != NULL || prepare_thread()) {
        __atomic_store_n(&own_data->notes_executors, 1, __ATOMIC_RELAXED);
    }
}

void *msw_guard_trapped_executor(void)
{
    return own_data ? own_data->trapped_executor : NULL;
}

const msw_trap *msw_guard_last_trap(void)
{
    return own_data ? &own_data->rare->trap : NULL;
}

/* For the thread's first call, and if the thread is being watched. */
static int __attribute__((noinline))
call_checked(void (*body)(void *), void *context, void *tag)
{
    int result;

    if (own_data == NULL && !prepare_thread()) {
        body(context);
        return 0;
    }
    msw_guard_retake();
    retake_stack();
    msw_unblock_signals();
    thread_data = own_data;
    result = msw_guard_call(body, context, tag);
    if (msw_is_watching()) {
        thread_data = NULL;
    }
    return result;
}

int msw_guard_call(void (*body)(void *), void *context, void *tag)
{
    struct call call;

    if (thread_data == NULL) {
        return call_checked(body, context, tag);
    }
    call.outer = innermost;
    call.tag = tag;
    if (call.outer != NULL) {
        return call_inside(body, context, &call);
    }
    if (sigsetjmp(call.point, 0) == 0) {
        enter(&call);
        body(context);
        enter(NULL);
        return 0;
    }
    enter(NULL);
    finish_trap(&thread_data->clean);
    return 1;
}
