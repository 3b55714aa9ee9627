# SPDX-License-Identifier: Apache-2.0
package Document;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use APR::Table ();
use Apache2::Const -compile => 'OK';
use JSON::XS ();

# Canonical: the members sorted, as they came.
my $json = JSON::XS->new->utf8->canonical;

sub handler {
    my $r = shift;
    my $body = '';
    $r->read($body, $r->headers_in->get('Content-Length'));
    my $order = $json->decode($body);
    $order->{count}++;
    $r->content_type('application/json');
    $r->print($json->encode($order));
    return Apache2::Const::OK;
}

1;
