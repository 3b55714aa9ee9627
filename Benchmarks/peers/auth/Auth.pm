# SPDX-License-Identifier: Apache-2.0
package Auth;

use strict;
use warnings;
use Apache2::Access ();
use Apache2::RequestRec ();
use Apache2::Const -compile => qw(OK HTTP_UNAUTHORIZED);

my %passwords = (ann => 'secret');

sub handler {
    my $r = shift;
    my ($status, $password) = $r->get_basic_auth_pw;
    return $status unless $status == Apache2::Const::OK;
    return Apache2::Const::OK if ($passwords{ $r->user } // '') eq $password;
    $r->note_basic_auth_failure;
    return Apache2::Const::HTTP_UNAUTHORIZED;
}

1;
