/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file thread_sample.c
 * @brief Samples the stack of another thread.
 *
 * The thread receives SIGTRAP, which httpd blocks in none of its threads, and
 * takes the sample in the handler. The unwinder takes no lock for that
 * (glibc 2.35, GCC 12).
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "guard_internal.h"

#include <errno.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct {
    /* The thread to sample; 0: none. */
    pid_t thread;
    msw_thread_sample answer;
    sem_t has_answered;
} question;

#define BEING_ANSWERED (-1)

static int change_asked(pid_t from, pid_t to)
{
    return __atomic_compare_exchange_n(&question.thread, &from, to, 0,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static int is_question(int signal, const siginfo_t *info)
{
    return signal == SIGTRAP && info->si_code == SI_QUEUE
           && info->si_pid == getpid() && info->si_ptr == &question;
}

int msw_handle_sample_signal(int signal, const siginfo_t *info,
                             const ucontext_t *context)
{
    if (!is_question(signal, info)) {
        return 0;
    }
    /* A sample that comes too late is discarded. */
    if (change_asked((pid_t)syscall(SYS_gettid), BEING_ANSWERED)) {
        question.answer.trap.count = 0;
        msw_find_frames(context, &question.answer.trap, 0);
        msw_fill_sample(&question.answer);
        sem_post(&question.has_answered);
    }
    return 1;
}

static int wait_for_answer(int milliseconds)
{
    struct timespec end;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += milliseconds / 1000;
    end.tv_nsec += milliseconds % 1000 * 1000000L;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    while (sem_timedwait(&question.has_answered, &end) != 0) {
        if (errno != EINTR) {
            return 0;
        }
    }
    return 1;
}

static msw_signal_handler *own_handler;

void msw_prepare_answers(msw_signal_handler *handler)
{
    if (own_handler == NULL) {
        sem_init(&question.has_answered, 0, 0);
    }
    own_handler = handler;
}

int msw_guard_sample_thread(pid_t thread, msw_thread_sample *sample,
                            int milliseconds)
{
    siginfo_t info = { .si_signo = SIGTRAP };
    struct sigaction present;

    msw_guard_retake();
    /* With any other handler, the signal would end the process. */
    if (sigaction(SIGTRAP, NULL, &present) != 0
        || !(present.sa_flags & SA_SIGINFO)
        || present.sa_sigaction != own_handler
        || !change_asked(0, thread)) {
        return 0;
    }
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_ptr = &question;
    if (syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, SIGTRAP, &info) != 0
        || !wait_for_answer(milliseconds)) {
        /* Unless it has just begun to respond. Should it never finish, no
         * thread is sampled again. */
        if (change_asked(thread, 0) || !wait_for_answer(milliseconds)) {
            return 0;
        }
    }
    *sample = question.answer;
    __atomic_store_n(&question.thread, 0, __ATOMIC_RELEASE);
    return 1;
}
