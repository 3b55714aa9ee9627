# SPDX-License-Identifier: Apache-2.0
#
# SHA-256 of 1 MiB, written in Perl.
package Sha256;

use strict;
use warnings;
use integer;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::Const -compile => 'OK';

my @K = (
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
my @H = (
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);
my $length  = 1 << 20;
my $message = ('a' x $length) . "\x80" . ("\0" x 55) . pack('Q>', $length * 8);

sub sha256 {
    my @h = @H;
    for (my $start = 0; $start < length $message; $start += 64) {
        my @w = unpack 'N16', substr $message, $start, 64;
        for my $i (16 .. 63) {
            my ($x, $y) = ($w[ $i - 15 ], $w[ $i - 2 ]);
            $x = ($x >> 7 | $x << 25) ^ ($x >> 18 | $x << 14) ^ ($x >> 3);
            $y = ($y >> 17 | $y << 15) ^ ($y >> 19 | $y << 13) ^ ($y >> 10);
            push @w, ($w[ $i - 16 ] + $w[ $i - 7 ] + $x + $y) & 0xffffffff;
        }
        my ($a, $b, $c, $d, $e, $f, $g, $k) = @h;
        for my $i (0 .. 63) {
            my $t = $k + $K[$i] + $w[$i]
                + ((($e >> 6 | $e << 26) ^ ($e >> 11 | $e << 21) ^ ($e >> 25 | $e << 7)) & 0xffffffff)
                + (($e & $f) ^ (~$e & $g));
            my $u = ((($a >> 2 | $a << 30) ^ ($a >> 13 | $a << 19) ^ ($a >> 22 | $a << 10)) & 0xffffffff)
                + (($a & $b) ^ ($a & $c) ^ ($b & $c));
            ($k, $g, $f, $e, $d, $c, $b, $a)
                = ($g, $f, $e, ($d + $t) & 0xffffffff, $c, $b, $a, ($t + $u) & 0xffffffff);
        }
        my $i = 0;
        $h[ $i++ ] = ($h[$i] + $_) & 0xffffffff for $a, $b, $c, $d, $e, $f, $g, $k;
    }
    return join '', map { sprintf '%08x', $_ } @h;
}

sub handler {
    my $r = shift;
    $r->content_type('text/plain');
    $r->print(sha256() . "\n");
    return Apache2::Const::OK;
}

1;
