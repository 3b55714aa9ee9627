# SPDX-License-Identifier: Apache-2.0
package Sendfile;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::Response ();
use Apache2::Const -compile => 'OK';

my $body = __FILE__ =~ s/Sendfile\.pm$/body/r;

sub handler {
    my $r = shift;
    $r->content_type('application/octet-stream');
    $r->set_content_length(-s $body);
    $r->sendfile($body);
    return Apache2::Const::OK;
}

1;
