# SPDX-License-Identifier: Apache-2.0
#
# SHA-256 of 1 MiB, written in Python.
import struct

K = (
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
)
H = (
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
)
LENGTH = 1 << 20
MESSAGE = b"a" * LENGTH + b"\x80" + b"\0" * 55 + (LENGTH * 8).to_bytes(8, "big")


def sha256(message):
    h = H
    for block in struct.iter_unpack(">16I", message):
        w = list(block)
        for i in range(16, 64):
            x, y = w[i - 15], w[i - 2]
            x = (x >> 7 | x << 25) ^ (x >> 18 | x << 14) ^ (x >> 3)
            y = (y >> 17 | y << 15) ^ (y >> 19 | y << 13) ^ (y >> 10)
            w.append(w[i - 16] + w[i - 7] + x + y & 0xFFFFFFFF)
        a, b, c, d, e, f, g, k = h
        for constant, x in zip(K, w):
            s1 = (e >> 6 | e << 26) ^ (e >> 11 | e << 21) ^ (e >> 25 | e << 7)
            t = k + constant + x + (s1 & 0xFFFFFFFF) + ((e & f) ^ (~e & g))
            s0 = (a >> 2 | a << 30) ^ (a >> 13 | a << 19) ^ (a >> 22 | a << 10)
            u = (s0 & 0xFFFFFFFF) + ((a & b) ^ (a & c) ^ (b & c))
            k, g, f, e, d, c, b, a = g, f, e, d + t & 0xFFFFFFFF, c, b, a, t + u & 0xFFFFFFFF
        h = [x + y & 0xFFFFFFFF for x, y in zip(h, (a, b, c, d, e, f, g, k))]
    return "".join("%08x" % x for x in h)


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [(sha256(MESSAGE) + "\n").encode()]
