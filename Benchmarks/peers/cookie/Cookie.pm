# SPDX-License-Identifier: Apache-2.0
package Cookie;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use APR::Table ();
use Apache2::Const -compile => qw(OK FORBIDDEN);
use Cookie::Baker qw(crush_cookie);
use Digest::SHA qw(hmac_sha256);
use MIME::Base64 qw(encode_base64url);

my $key = '5f1d4b9c8a7e6f5d4c3b2a1908f7e6d55f1d4b9c8a7e6f5d4c3b2a1908f7e6d5';

sub sign { encode_base64url(hmac_sha256("Scolor=$_[0]", $key)) }

sub handler {
    my $r = shift;
    my $cookies = crush_cookie(scalar $r->headers_in->get('Cookie') // '');
    my ($signature, $text) = split /:/, $cookies->{color}, 2;
    return Apache2::Const::FORBIDDEN if $signature ne sign($text);
    $r->err_headers_out->add('Set-Cookie', 'color=' . sign($text) . ":$text; Path=/; HttpOnly");
    $r->content_type('text/plain');
    $r->print(substr($text, 1), "\n");
    return Apache2::Const::OK;
}

1;
