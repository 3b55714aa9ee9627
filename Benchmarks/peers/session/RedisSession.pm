# SPDX-License-Identifier: Apache-2.0
package RedisSession;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::RequestUtil ();
use APR::Table ();
use Apache2::Const -compile => 'OK';
use Apache::Session::Browseable::Redis ();
use Cookie::Baker qw(crush_cookie);

sub handler {
    my $r       = shift;
    my $cookies = crush_cookie(scalar $r->headers_in->get('Cookie') // '');
    tie my %session, 'Apache::Session::Browseable::Redis', $cookies->{id}, { sock => $r->dir_config('Redis'), Index => '' };
    $session{n}++;
    $r->err_headers_out->add('Set-Cookie', "id=$session{_session_id}; Path=/; HttpOnly")
        unless $cookies->{id};
    untie %session;
    $r->content_type('text/plain');
    $r->print("ok\n");
    return Apache2::Const::OK;
}

1;
