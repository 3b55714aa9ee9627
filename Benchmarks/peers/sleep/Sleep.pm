# SPDX-License-Identifier: Apache-2.0
package Sleep;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::Const -compile => 'OK';

sub handler {
    my $r = shift;
    select undef, undef, undef, 0.1;
    $r->content_type('text/plain');
    $r->print("awake\n");
    return Apache2::Const::OK;
}

1;
