# SPDX-License-Identifier: Apache-2.0
package Headers;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use APR::Table ();
use Apache2::Const -compile => 'OK';

my @incoming = map { "X-In-$_" } 0 .. 29;
my @outgoing = map { [ "X-Out-$_", "value $_" ] } 0 .. 9;

sub handler {
    my $r       = shift;
    my $size    = 0;
    my $headers = $r->headers_in;
    $size += length($headers->get($_) // '') for @incoming;
    $headers = $r->headers_out;
    $headers->set(@$_) for @outgoing;
    $r->content_type('text/plain');
    $r->print("$size\n");
    return Apache2::Const::OK;
}

1;
