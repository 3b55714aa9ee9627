/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_crypto.c
 * @brief libmsw_crypto.so.1: signatures and encryption by OpenSSL's libcrypto.
 *
 * An HMAC is computed with SHA-256 (RFC 2104). A thread keeps two contexts that
 * have processed the key; each message begins with copies of them. That takes a
 * tenth less time than an EVP_MAC context that is initialised again, which
 * takes a third of a one-shot call (scripts/bench cookies). Some versions 3.0
 * of libcrypto cannot reinitialise an EVP_MAC context that keeps its key.
 */
#include "msw_crypto.h"

#include <limits.h>
#include <pthread.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

/* The block size of SHA-256. Longer keys are processed again each time. */
#define BLOCK_SIZE 64

typedef struct thread_state {
    /** SHA-256 after the block with the key, inner and outer. */
    EVP_MD_CTX *inner, *outer;
    /** The context for a message. */
    EVP_MD_CTX *digest;
    EVP_CIPHER_CTX *cipher;
    /** The key that inner and outer have processed; key_size is 0 if there is
     *  none. */
    unsigned char key[BLOCK_SIZE];
    size_t key_size;
} thread_state;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t state_key;
static EVP_MD *sha256;
static EVP_CIPHER *aes_gcm;
static int is_usable;

static __thread thread_state *own_state;

static void free_state(void *data)
{
    thread_state *state = data;

    EVP_MD_CTX_free(state->inner);
    EVP_MD_CTX_free(state->outer);
    EVP_MD_CTX_free(state->digest);
    EVP_CIPHER_CTX_free(state->cipher);
    OPENSSL_clear_free(state, sizeof(*state));
    own_state = NULL;
}

/* Messages that fit are concatenated: a call of libcrypto costs more. */
#define SHORT_MESSAGE_SIZE 512

static int add_message(EVP_MD_CTX *digest, const msw_message *message)
{
    unsigned char whole[SHORT_MESSAGE_SIZE];
    size_t head = message->name_size + 2;

    if (message->name_size > sizeof(whole)
        || message->text_size > sizeof(whole)
        || head + message->text_size > sizeof(whole)) {
        return EVP_DigestUpdate(digest, &message->kind, 1)
               && EVP_DigestUpdate(digest, message->name, message->name_size)
               && EVP_DigestUpdate(digest, "=", 1)
               && EVP_DigestUpdate(digest, message->text,
                                   message->text_size);
    }
    whole[0] = message->kind;
    memcpy(whole + 1, message->name, message->name_size);
    whole[head - 1] = '=';
    memcpy(whole + head, message->text, message->text_size);
    return EVP_DigestUpdate(digest, whole, head + message->text_size);
}

static int finish(thread_state *state, const msw_message *message,
                  unsigned char *hmac)
{
    EVP_MD_CTX *digest = state->digest;

    return EVP_MD_CTX_copy_ex(digest, state->inner)
           && add_message(digest, message)
           && EVP_DigestFinal_ex(digest, hmac, NULL)
           && EVP_MD_CTX_copy_ex(digest, state->outer)
           && EVP_DigestUpdate(digest, hmac, MSW_HMAC_SIZE)
           && EVP_DigestFinal_ex(digest, hmac, NULL);
}

static const unsigned char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The value of a digit; NO_DIGIT for other characters. */
static unsigned char digit_values[256];
#define NO_DIGIT 64

static void fill_digit_values(void)
{
    unsigned char i;

    memset(digit_values, NO_DIGIT, sizeof(digit_values));
    for (i = 0; i < NO_DIGIT; i++) {
        digit_values[digits[i]] = i;
    }
}

static void prepare(void)
{
    /* httpd's processes end while threads are running: libcrypto must not clean
     * up in use. Without effect if another module has initialised it first. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    fill_digit_values();
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    is_usable = sha256 != NULL && aes_gcm != NULL
                && pthread_key_create(&state_key, free_state) == 0;
}

static thread_state *state_of_thread(void)
{
    thread_state *state = own_state;

    if (state != NULL) {
        return state;
    }
    state = OPENSSL_zalloc(sizeof(*state));
    if (state == NULL) {
        return NULL;
    }
    state->inner = EVP_MD_CTX_new();
    state->outer = EVP_MD_CTX_new();
    state->digest = EVP_MD_CTX_new();
    if (state->inner == NULL || state->outer == NULL || state->digest == NULL
        || pthread_setspecific(state_key, state) != 0) {
        free_state(state);
        return NULL;
    }
    own_state = state;
    return state;
}

/* Makes a context digest a key's block, with each byte changed by a pad. */
static int begin(EVP_MD_CTX *digest, const unsigned char *block,
                 unsigned char pad)
{
    unsigned char padded[BLOCK_SIZE];
    int i, has_begun;

    for (i = 0; i < BLOCK_SIZE; i++) {
        padded[i] = block[i] ^ pad;
    }
    has_begun = EVP_DigestInit_ex2(digest, sha256, NULL)
                && EVP_DigestUpdate(digest, padded, sizeof(padded));
    OPENSSL_cleanse(padded, sizeof(padded));
    return has_begun;
}

static int set_key(thread_state *state, const unsigned char *key,
                   size_t key_size)
{
    unsigned char block[BLOCK_SIZE] = { 0 };
    int is_set = 1;

    if (state->key_size == key_size
        && memcmp(state->key, key, key_size) == 0) {
        return 1;
    }
    state->key_size = 0;
    if (key_size > sizeof(block)) {
        is_set = EVP_Digest(key, key_size, block, NULL, sha256, NULL);
    } else {
        memcpy(block, key, key_size);
    }
    is_set = is_set && begin(state->inner, block, 0x36)
             && begin(state->outer, block, 0x5c);
    if (is_set && key_size <= sizeof(block)) {
        memcpy(state->key, key, key_size);
        state->key_size = key_size;
    }
    OPENSSL_cleanse(block, sizeof(block));
    return is_set;
}

static int compute_hmac(const unsigned char *key, size_t key_size,
                        const msw_message *message, unsigned char *hmac)
{
    thread_state *state = state_of_thread();

    if (state == NULL || key_size == 0) {
        return 0;
    }
    if (set_key(state, key, key_size) && finish(state, message, hmac)) {
        return 1;
    }
    state->key_size = 0;
    return 0;
}

static int sign(const unsigned char *key, size_t key_size,
                const msw_message *message, unsigned char *signature)
{
    unsigned char bytes[MSW_HMAC_SIZE];
    int i;

    if (!compute_hmac(key, key_size, message, bytes)) {
        return 0;
    }
    for (i = 0; i < MSW_HMAC_SIZE - 2; i += 3, signature += 4) {
        unsigned int group = (unsigned int)bytes[i] << 16 | bytes[i + 1] << 8
                             | bytes[i + 2];

        signature[0] = digits[group >> 18];
        signature[1] = digits[group >> 12 & 63];
        signature[2] = digits[group >> 6 & 63];
        signature[3] = digits[group & 63];
    }
    /* Two bytes are left. */
    signature[0] = digits[bytes[i] >> 2];
    signature[1] = digits[(bytes[i] << 4 | bytes[i + 1] >> 4) & 63];
    signature[2] = digits[bytes[i + 1] << 2 & 63];
    return 1;
}

/* Decodes a signature to its HMAC; returns 0 if sign would not write it, so
 * that each HMAC has only one text. */
static int decode(const unsigned char *signature, unsigned char *bytes)
{
    unsigned int seen = 0, group;
    int i;

    for (i = 0; i < MSW_HMAC_SIZE - 2; i += 3, signature += 4) {
        unsigned int a = digit_values[signature[0]];
        unsigned int b = digit_values[signature[1]];
        unsigned int c = digit_values[signature[2]];
        unsigned int d = digit_values[signature[3]];

        seen |= a | b | c | d;
        group = a << 18 | b << 12 | c << 6 | d;
        bytes[i] = (unsigned char)(group >> 16);
        bytes[i + 1] = (unsigned char)(group >> 8);
        bytes[i + 2] = (unsigned char)group;
    }
    for (group = 0; i < MSW_HMAC_SIZE + 1; i++, signature++) {
        seen |= digit_values[*signature];
        group = group << 6 | digit_values[*signature];
    }
    bytes[MSW_HMAC_SIZE - 2] = (unsigned char)(group >> 10);
    bytes[MSW_HMAC_SIZE - 1] = (unsigned char)(group >> 2);
    return (seen & NO_DIGIT) == 0 && (group & 3) == 0;
}

static int verify(const unsigned char *key, size_t key_size,
                  const msw_message *message, const unsigned char *signature)
{
    unsigned char own[MSW_HMAC_SIZE], sent[MSW_HMAC_SIZE];

    return decode(signature, sent)
           && compute_hmac(key, key_size, message, own)
           && CRYPTO_memcmp(own, sent, sizeof(own)) == 0;
}

/* A key is used for one text only, so no nonce is used twice with a key. */
static const unsigned char nonce[12];

static EVP_CIPHER_CTX *cipher_of_thread(void)
{
    thread_state *state = state_of_thread();

    if (state != NULL && state->cipher == NULL) {
        state->cipher = EVP_CIPHER_CTX_new();
    }
    return state != NULL ? state->cipher : NULL;
}

static int seal(const unsigned char *key, const unsigned char *data,
                size_t data_size, const unsigned char *text, size_t size,
                unsigned char *sealed)
{
    EVP_CIPHER_CTX *cipher = cipher_of_thread();
    int of_data = 0, written = 0, rest = 0, is_sealed;

    if (cipher == NULL || size > INT_MAX || data_size > INT_MAX) {
        return 0;
    }
    is_sealed = EVP_EncryptInit_ex2(cipher, aes_gcm, key, nonce, NULL)
                && EVP_EncryptUpdate(cipher, NULL, &of_data, data,
                                     (int)data_size)
                && (size == 0
                    || EVP_EncryptUpdate(cipher, sealed, &written, text,
                                         (int)size))
                && EVP_EncryptFinal_ex(cipher, sealed + written, &rest)
                && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG,
                                       MSW_SEAL_TAG_SIZE, sealed + size);
    EVP_CIPHER_CTX_reset(cipher);
    return is_sealed;
}

static int open_sealed(const unsigned char *key, const unsigned char *data,
                       size_t data_size, const unsigned char *sealed,
                       size_t size, unsigned char *text)
{
    EVP_CIPHER_CTX *cipher = cipher_of_thread();
    int of_data = 0, written = 0, rest = 0, is_opened;
    unsigned char tag[MSW_SEAL_TAG_SIZE];

    if (cipher == NULL || size < MSW_SEAL_TAG_SIZE || size > INT_MAX
        || data_size > INT_MAX) {
        return 0;
    }
    size -= MSW_SEAL_TAG_SIZE;
    memcpy(tag, sealed + size, sizeof(tag));
    is_opened = EVP_DecryptInit_ex2(cipher, aes_gcm, key, nonce, NULL)
                && EVP_DecryptUpdate(cipher, NULL, &of_data, data,
                                     (int)data_size)
                && (size == 0
                    || EVP_DecryptUpdate(cipher, text, &written, sealed,
                                         (int)size))
                && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG,
                                       MSW_SEAL_TAG_SIZE, tag)
                && EVP_DecryptFinal_ex(cipher, text + written, &rest) > 0;
    EVP_CIPHER_CTX_reset(cipher);
    if (!is_opened) {
        OPENSSL_cleanse(text, size);
    }
    return is_opened;
}

static const msw_crypto functions = {
    compute_hmac, sign, verify, seal, open_sealed
};

__attribute__((visibility("default")))
const msw_crypto *msw_crypto_functions(void)
{
    pthread_once(&once, prepare);
    return is_usable ? &functions : NULL;
}
