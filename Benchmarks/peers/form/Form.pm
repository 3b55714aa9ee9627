# SPDX-License-Identifier: Apache-2.0
package Form;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use APR::Table ();
use Apache2::Const -compile => 'OK';
use WWW::Form::UrlEncoded qw(parse_urlencoded);

my @names = map { "field_$_" } 0 .. 19;

sub handler {
    my $r = shift;
    my $body = '';
    my $size = 0;
    $r->read($body, $r->headers_in->get('Content-Length'));
    my %form = parse_urlencoded($body);
    $size += length $form{$_} for @names;
    $r->content_type('text/plain; charset=utf-8');
    $r->print("$size\n");
    return Apache2::Const::OK;
}

1;
