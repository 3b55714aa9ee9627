/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_cookie_c.c
 * @brief Finds a cookie, checks its signature with HMAC-SHA-256, and sets it
 *        again, signed: "color=SIGNATURE::blue".
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <apr_base64.h>
#include <apr_strings.h>

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

/* 32 bytes as base64 without padding, and the end. */
#define SIGNATURE 44

static const unsigned char key[] =
    "5f1d4b9c8a7e6f5d4c3b2a1908f7e6d5"
    "5f1d4b9c8a7e6f5d4c3b2a1908f7e6d5";

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

/* Of what follows the signature in the cookie. */
static void sign(const char *text, char signature[SIGNATURE])
{
    static _Thread_local EVP_MAC_CTX *mac;
    unsigned char bytes[32];
    char encoded[SIGNATURE + 1];
    size_t size;

    if (mac == NULL) {
        mac = make_context();
    }
    EVP_MAC_init(mac, NULL, 0, NULL);
    EVP_MAC_update(mac, (const unsigned char *)"Scolor=", 7);
    EVP_MAC_update(mac, (const unsigned char *)text, strlen(text));
    EVP_MAC_final(mac, bytes, &size, sizeof(bytes));
    apr_base64_encode_binary(encoded, bytes, sizeof(bytes));
    for (int i = 0; i < SIGNATURE - 1; i++) {
        signature[i] = encoded[i] == '+' ? '-'
                     : encoded[i] == '/' ? '_' : encoded[i];
    }
    signature[SIGNATURE - 1] = '\0';
}

static const char *find_cookie(request_rec *r, const char *name)
{
    const char *field = apr_table_get(r->headers_in, "Cookie");
    size_t length = strlen(name);

    while (field != NULL && *field != '\0') {
        char *cookie = ap_getword(r->pool, &field, ';');

        while (*field == ' ') {
            field++;
        }
        if (strncmp(cookie, name, length) == 0 && cookie[length] == '=') {
            return cookie + length + 1;
        }
    }
    return NULL;
}

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    char signature[SIGNATURE];
    const char *cookie, *value;

    if (strcmp(r->handler, "cookie-c") != 0) {
        return DECLINED;
    }
    cookie = find_cookie(r, "color");
    value = cookie == NULL ? NULL : strchr(cookie, ':');
    if (value == NULL || value - cookie != SIGNATURE - 1) {
        return HTTP_FORBIDDEN;
    }
    sign(value + 1, signature);
    if (CRYPTO_memcmp(cookie, signature, SIGNATURE - 1) != 0) {
        return HTTP_FORBIDDEN;
    }
    sign(value + 1, signature);
    apr_table_addn(r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(r->pool, "color=", signature, value,
                               "; Path=/; HttpOnly", NULL));
    ap_set_content_type(r, "text/plain");
    ap_rvputs(r, value + 2, "\n", NULL);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(cookie_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
