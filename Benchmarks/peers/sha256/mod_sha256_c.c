/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_sha256_c.c
 * @brief SHA-256 of 1 MiB, written in C.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

#include <stdint.h>
#include <string.h>

#define LENGTH (1 << 20)

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
    0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
    0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};
static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
};

static uint32_t rotated(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void block(uint32_t s[8], const unsigned char *p)
{
    uint32_t w[64];
    uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
    uint32_t e = s[4], f = s[5], g = s[6], h = s[7];

    for (int i = 0; i < 16; i++, p += 4) {
        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
             | (uint32_t)p[2] << 8 | p[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];

        w[i] = w[i - 16] + w[i - 7]
             + (rotated(x, 7) ^ rotated(x, 18) ^ x >> 3)
             + (rotated(y, 17) ^ rotated(y, 19) ^ y >> 10);
    }
    for (int i = 0; i < 64; i++) {
        uint32_t t = h + constants[i] + w[i]
                   + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25))
                   + ((e & f) ^ (~e & g));
        uint32_t u = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22))
                   + ((a & b) ^ (a & c) ^ (b & c));

        h = g, g = f, f = e, e = d + t;
        d = c, c = b, b = a, a = t + u;
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d;
    s[4] += e, s[5] += f, s[6] += g, s[7] += h;
}

static unsigned char message[LENGTH + 64];

/* Content; RUN_FIRST. */
static int content(request_rec *r)
{
    uint32_t h[8];

    if (strcmp(r->handler, "sha256-c") != 0) {
        return DECLINED;
    }
    memcpy(h, initial, sizeof(h));
    for (size_t i = 0; i < sizeof(message); i += 64) {
        block(h, message + i);
    }
    ap_set_content_type(r, "text/plain");
    for (int i = 0; i < 8; i++) {
        ap_rprintf(r, "%08x", h[i]);
    }
    ap_rputs("\n", r);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    memset(message, 'a', LENGTH);
    message[LENGTH] = 0x80;
    for (int i = 0; i < 8; i++) {
        message[sizeof(message) - 1 - i] = (uint64_t)LENGTH * 8 >> 8 * i;
    }
    ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(sha256_c) = {
    STANDARD20_MODULE_STUFF,
    NULL, NULL, NULL, NULL, NULL, register_hooks
};
