/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_crypto.h
 * @brief What libmsw_crypto.so.1 does with OpenSSL's libcrypto: a library of
 *        its own, loaded when a process signs, checks or encrypts for the first
 *        time, so that others do not load libcrypto.
 *
 * Each thread has contexts of its own, made at its first call and freed when
 * it ends. Nothing that is passed is kept, save for a copy of the last key.
 */
#ifndef MSW_CRYPTO_H
#define MSW_CRYPTO_H

#include <stddef.h>

/** Bytes of a signature: HMAC-SHA-256. */
#define MSW_SIGNATURE_SIZE 32

/** Bytes of a key for encryption, and of the tag behind what is encrypted:
 *  AES-256-GCM. */
#define MSW_SEAL_KEY_SIZE 32
#define MSW_SEAL_TAG_SIZE 16

typedef struct msw_crypto {
    /** Signs a message with a key of any length but zero. Returns 1; 0 where
     *  libcrypto has failed. */
    int (*sign)(const unsigned char *key, size_t key_size,
                const unsigned char *message, size_t size,
                unsigned char *signature);
    /** Whether a signature is that of a message, compared in constant time.
     *  0 also where libcrypto has failed. */
    int (*verify)(const unsigned char *key, size_t key_size,
                  const unsigned char *message, size_t size,
                  const unsigned char *signature);
    /** Encrypts a text and binds it to other data, which stays as it is. The
     *  key must never be used for another text. Writes size +
     *  MSW_SEAL_TAG_SIZE bytes. Returns 1; 0 where libcrypto has failed. */
    int (*seal)(const unsigned char *key, const unsigned char *data,
                size_t data_size, const unsigned char *text, size_t size,
                unsigned char *sealed);
    /** Reverses seal: writes size - MSW_SEAL_TAG_SIZE bytes. 0, and nothing is
     *  to be read, where it was another key or other data, or a byte differs;
     *  also where libcrypto has failed. */
    int (*open)(const unsigned char *key, const unsigned char *data,
                size_t data_size, const unsigned char *sealed, size_t size,
                unsigned char *text);
} msw_crypto;

/** The only symbol of the library. NULL where libcrypto has no HMAC, SHA-256
 *  or AES-256-GCM. */
#define MSW_CRYPTO_SYMBOL "msw_crypto_functions"
typedef const msw_crypto *(*msw_crypto_functions_t)(void);

#endif /* MSW_CRYPTO_H */
