<?php
// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of 1 MiB, written in PHP.
const K = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
const H = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

function sha256(string $message): string
{
    $h = H;
    for ($start = 0; $start < strlen($message); $start += 64) {
        $w = array_values(unpack('N16', $message, $start));
        for ($i = 16; $i < 64; $i++) {
            $x = $w[$i - 15];
            $y = $w[$i - 2];
            $x = ($x >> 7 | $x << 25) ^ ($x >> 18 | $x << 14) ^ ($x >> 3);
            $y = ($y >> 17 | $y << 15) ^ ($y >> 19 | $y << 13) ^ ($y >> 10);
            $w[] = ($w[$i - 16] + $w[$i - 7] + $x + $y) & 0xffffffff;
        }
        [$a, $b, $c, $d, $e, $f, $g, $k] = $h;
        for ($i = 0; $i < 64; $i++) {
            $t = $k + K[$i] + $w[$i] + (($e & $f) ^ (~$e & $g))
                + ((($e >> 6 | $e << 26) ^ ($e >> 11 | $e << 21) ^ ($e >> 25 | $e << 7)) & 0xffffffff);
            $u = (($a & $b) ^ ($a & $c) ^ ($b & $c))
                + ((($a >> 2 | $a << 30) ^ ($a >> 13 | $a << 19) ^ ($a >> 22 | $a << 10)) & 0xffffffff);
            $k = $g;
            $g = $f;
            $f = $e;
            $e = ($d + $t) & 0xffffffff;
            $d = $c;
            $c = $b;
            $b = $a;
            $a = ($t + $u) & 0xffffffff;
        }
        foreach ([$a, $b, $c, $d, $e, $f, $g, $k] as $i => $x) {
            $h[$i] = ($h[$i] + $x) & 0xffffffff;
        }
    }
    return vsprintf(str_repeat('%08x', 8), $h);
}

$length = 1 << 20;
header('Content-Type: text/plain');
echo sha256(str_repeat('a', $length) . "\x80" . str_repeat("\0", 55) . pack('J', $length * 8)), "\n";
