# SPDX-License-Identifier: Apache-2.0
package Publisher;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::Const -compile => 'OK';
use WWW::Form::UrlEncoded qw(parse_urlencoded);

sub handler {
    my $r    = shift;
    my %form = parse_urlencoded($r->args);
    $r->content_type('text/plain; charset=utf-8');
    $r->print("$form{name}: $form{comment}\n");
    return Apache2::Const::OK;
}

1;
