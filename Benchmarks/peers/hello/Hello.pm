# SPDX-License-Identifier: Apache-2.0
package Hello;

use strict;
use warnings;
no warnings 'redefine'; # Apache2::Reload defines it again.
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::Const -compile => 'OK';

sub handler {
    my $r = shift;
    $r->content_type('text/plain');
    $r->print("Hello World!\n");
    return Apache2::Const::OK;
}

1;
