/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file apr_atomics.c
 * @brief APR's atomics for ThreadSanitizer.
 *
 * httpd hands pools, connections and idle workers from thread to thread by
 * these. The distribution's APR is compiled without ThreadSanitizer, which
 * then sees the memory pass and not the hand-over. Preloaded, these take the
 * place of APR's own, and do the same.
 */
#include <stdint.h>

#define ATOMICS(type, bits)                                                  \
    type apr_atomic_read##bits(volatile type *m)                             \
    {                                                                        \
        return __atomic_load_n(m, __ATOMIC_SEQ_CST);                         \
    }                                                                        \
    void apr_atomic_set##bits(volatile type *m, type v)                      \
    {                                                                        \
        __atomic_store_n(m, v, __ATOMIC_SEQ_CST);                            \
    }                                                                        \
    type apr_atomic_add##bits(volatile type *m, type v)                      \
    {                                                                        \
        return __atomic_fetch_add(m, v, __ATOMIC_SEQ_CST);                   \
    }                                                                        \
    void apr_atomic_sub##bits(volatile type *m, type v)                      \
    {                                                                        \
        __atomic_fetch_sub(m, v, __ATOMIC_SEQ_CST);                          \
    }                                                                        \
    type apr_atomic_inc##bits(volatile type *m)                              \
    {                                                                        \
        return __atomic_fetch_add(m, 1, __ATOMIC_SEQ_CST);                   \
    }                                                                        \
    int apr_atomic_dec##bits(volatile type *m)                               \
    {                                                                        \
        return __atomic_sub_fetch(m, 1, __ATOMIC_SEQ_CST) != 0;              \
    }                                                                        \
    type apr_atomic_cas##bits(volatile type *m, type with, type compared)    \
    {                                                                        \
        __atomic_compare_exchange_n(m, &compared, with, 0, __ATOMIC_SEQ_CST, \
                                    __ATOMIC_SEQ_CST);                       \
        return compared;                                                     \
    }                                                                        \
    type apr_atomic_xchg##bits(volatile type *m, type v)                     \
    {                                                                        \
        return __atomic_exchange_n(m, v, __ATOMIC_SEQ_CST);                  \
    }

ATOMICS(uint32_t, 32)
ATOMICS(uint64_t, 64)

void *apr_atomic_casptr(volatile void **m, void *with, const void *compared)
{
    void *present = (void *)compared;

    __atomic_compare_exchange_n((void *volatile *)m, &present, with, 0,
                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return present;
}

void *apr_atomic_xchgptr(volatile void **m, void *with)
{
    return __atomic_exchange_n((void *volatile *)m, with, __ATOMIC_SEQ_CST);
}
