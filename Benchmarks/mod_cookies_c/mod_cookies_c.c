/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_cookies_c.c
 * @brief The bare calls of HMAC-SHA-256 that Benchmarks/cookies/cookies.swift
 *        makes: two of each round, for messages of the same length, with a
 *        context that is initialised anew. cookies-c-none makes none.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define ROUNDS 10

static const unsigned char key[] =
    "5f1d4b9c8a7e6f5d4c3b2a1908f7e6d5"
    "5f1d4b9c8a7e6f5d4c3b2a1908f7e6d5";
static const unsigned char message[] = "Scolor=:blue";

static EVP_MAC_CTX *make_context(void)
{
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(EVP_MAC_fetch(NULL, "HMAC", NULL));
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()
    };

    EVP_MAC_init(mac, key, sizeof(key) - 1, parameters);
    return mac;
}

static void sign(EVP_MAC_CTX *mac, unsigned char *signature)
{
    size_t size;

    EVP_MAC_init(mac, NULL, 0, NULL);
    EVP_MAC_update(mac, message, sizeof(message) - 1);
    EVP_MAC_final(mac, signature, &size, 32);
}

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    static EVP_MAC_CTX *mac;
    unsigned char one[32], other[32];
    int i, sum = 0;

    if (strncmp(r->handler, "cookies-c-", 10) != 0) {
        return DECLINED;
    }
    if (mac == NULL) {
        mac = make_context();
    }
    for (i = 0; strcmp(r->handler + 10, "sign") == 0 && i < ROUNDS; i++) {
        sign(mac, one);
        sign(mac, other);
        sum += CRYPTO_memcmp(one, other, sizeof(one)) == 0 ? 4 : 0;
    }
    ap_set_content_type(r, "text/plain");
    ap_rprintf(r, "%d\n", sum);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA cookies_c_module = {
    STANDARD20_MODULE_STUFF,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
