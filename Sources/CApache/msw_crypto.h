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

/** Bytes of an HMAC-SHA-256, and characters of a signature: the same in
 *  base64url. */
#define MSW_HMAC_SIZE 32
#define MSW_SIGNATURE_SIZE 43

/** Bytes of a key for encryption, and of the tag behind what is encrypted:
 *  AES-256-GCM. */
#define MSW_SEAL_KEY_SIZE 32
#define MSW_SEAL_TAG_SIZE 16

/** What is signed: the kind, the name, "=", the text. Which name ends where
 *  makes a difference, since no name holds "=". */
typedef struct msw_message {
    unsigned char kind;
    const void *name;
    size_t name_size;
    const void *text;
    size_t text_size;
} msw_message;

typedef struct msw_crypto {
    /** Computes the HMAC-SHA-256 of a message, with a key of any length but
     *  zero. Returns 1; 0 where libcrypto has failed. */
    int (*hmac)(const unsigned char *key, size_t key_size,
                const msw_message *message, unsigned char *hmac);
    /** The same as the characters of a signature, without a NUL. */
    int (*sign)(const unsigned char *key, size_t key_size,
                const msw_message *message, unsigned char *signature);
    /** Whether a signature is that of a message, compared in constant time.
     *  0 also where libcrypto has failed. */
    int (*verify)(const unsigned char *key, size_t key_size,
                  const msw_message *message, const unsigned char *signature);
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

/** The only symbol of the library. NULL where libcrypto has no SHA-256 or
 *  AES-256-GCM. */
#define MSW_CRYPTO_SYMBOL "msw_crypto_functions"
typedef const msw_crypto *(*msw_crypto_functions_t)(void);

#endif /* MSW_CRYPTO_H */
