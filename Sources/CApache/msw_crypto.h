/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_crypto.h
 * @brief The interface of libmsw_crypto.so.1, which uses OpenSSL's libcrypto:
 *        a separate library, loaded when a process signs, checks or encrypts
 *        for the first time, so that others do not load libcrypto.
 *
 * Each thread has its own contexts, created at its first call and freed when
 * it ends. No argument is kept, except a copy of the last key.
 */
#ifndef MSW_CRYPTO_H
#define MSW_CRYPTO_H

#include <stddef.h>

/** The number of bytes in an HMAC-SHA-256, and of characters in a signature,
 *  which is the same in base64url. */
#define MSW_HMAC_SIZE 32
#define MSW_SIGNATURE_SIZE 43

/** The number of bytes in an encryption key, and in the tag after encrypted
 *  data: AES-256-GCM. */
#define MSW_SEAL_KEY_SIZE 32
#define MSW_SEAL_TAG_SIZE 16

/** The signed data: the kind, the name, "=", the text. The end of the name is
 *  unambiguous, because no name contains "=". */
typedef struct msw_message {
    unsigned char kind;
    const void *name;
    size_t name_size;
    const void *text;
    size_t text_size;
} msw_message;

typedef struct msw_crypto {
    /** Computes the HMAC-SHA-256 of a message, with a key of any length except
     *  zero. Returns 1; 0 if libcrypto has failed. */
    int (*hmac)(const unsigned char *key, size_t key_size,
                const msw_message *message, unsigned char *hmac);
    /** As hmac, but writes the characters of a signature, without a NUL. */
    int (*sign)(const unsigned char *key, size_t key_size,
                const msw_message *message, unsigned char *signature);
    /** Whether a signature is that of a message, compared in constant time.
     *  0 also if libcrypto has failed. */
    int (*verify)(const unsigned char *key, size_t key_size,
                  const msw_message *message, const unsigned char *signature);
    /** Encrypts a text and binds it to other data, which is not changed. The
     *  key must never be used for another text. Writes size +
     *  MSW_SEAL_TAG_SIZE bytes. Returns 1; 0 if libcrypto has failed. */
    int (*seal)(const unsigned char *key, const unsigned char *data,
                size_t data_size, const unsigned char *text, size_t size,
                unsigned char *sealed);
    /** Reverses seal: writes size - MSW_SEAL_TAG_SIZE bytes. Returns 0, and the
     *  output must not be read, if the key or the data was different, or a byte
     *  was changed; also if libcrypto has failed. */
    int (*open)(const unsigned char *key, const unsigned char *data,
                size_t data_size, const unsigned char *sealed, size_t size,
                unsigned char *text);
} msw_crypto;

/** The only symbol of the library. NULL if libcrypto has no SHA-256 or
 *  AES-256-GCM. */
#define MSW_CRYPTO_SYMBOL "msw_crypto_functions"
typedef const msw_crypto *(*msw_crypto_functions_t)(void);

#endif /* MSW_CRYPTO_H */
