/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file executor_hooks.c
 * @brief The hooks by which the Swift runtime selects the executor of a job, in
 *        its own calling convention, which Swift code cannot declare.
 */
#include "CTrapGuard.h"

#define SWIFT_CC __attribute__((swiftcall))

/* A reference to an executor: the object, and how it is used. */
typedef struct {
    void *identity;
    uintptr_t implementation;
} executor_reference;

typedef SWIFT_CC executor_reference main_executor_function(void);
typedef SWIFT_CC executor_reference
    main_executor_hook(main_executor_function *original);
typedef SWIFT_CC void enqueue_function(void *job);
typedef SWIFT_CC void enqueue_hook(void *job, enqueue_function *original);

/* Weak: an older runtime works without them. */
#define RUNTIME extern __attribute__((weak))

RUNTIME main_executor_hook *swift_task_getMainExecutor_hook;
RUNTIME enqueue_hook *swift_task_enqueueGlobal_hook;
RUNTIME SWIFT_CC size_t swift_task_getJobFlags(const void *job);
RUNTIME SWIFT_CC executor_reference swift_task_getPreferredTaskExecutor(void);

/* The runtime's kinds of jobs, the lowest byte of their flags. */
#define KIND_MASK 0xff
#define KIND_ACTOR_FIRST 192
#define KIND_ACTOR_LAST 194

static msw_executor_source main_executor;
static msw_job_taker take_job;

static SWIFT_CC executor_reference
give_main_executor(main_executor_function *original)
{
    executor_reference reference = { 0 };

    (void)original;
    main_executor(&reference.identity, &reference.implementation);
    return reference;
}

static SWIFT_CC void enqueue_globally(void *job, enqueue_function *original)
{
    if (!take_job(job, msw_job_is_of_actor(job))) {
        original(job);
    }
}

void msw_executors_install(msw_executor_source main, msw_job_taker taker)
{
    main_executor = main;
    take_job = taker;
    if (&swift_task_getMainExecutor_hook != NULL) {
        swift_task_getMainExecutor_hook = give_main_executor;
    }
    if (&swift_task_enqueueGlobal_hook != NULL) {
        swift_task_enqueueGlobal_hook = enqueue_globally;
    }
}

int msw_job_is_of_actor(const void *job)
{
    size_t kind;

    if (swift_task_getJobFlags == NULL) {
        return 0;
    }
    kind = swift_task_getJobFlags(job) & KIND_MASK;
    return kind >= KIND_ACTOR_FIRST && kind <= KIND_ACTOR_LAST;
}

void *msw_current_task_executor(void)
{
    return swift_task_getPreferredTaskExecutor != NULL
               ? swift_task_getPreferredTaskExecutor().identity
               : NULL;
}
