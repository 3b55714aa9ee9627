# SPDX-License-Identifier: Apache-2.0
package Upload;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use APR::Table ();
use Apache2::Const -compile => 'OK';
use HTTP::Entity::Parser::MultiPart ();

sub handler {
    my $r      = shift;
    my $parser = HTTP::Entity::Parser::MultiPart->new(
        { CONTENT_TYPE => $r->headers_in->get('Content-Type') });
    while ($r->read(my $piece, 65536)) {
        $parser->add($piece);
    }
    my ($fields, $uploads) = $parser->finalize;
    my $file = $uploads->[1];
    $r->content_type('text/plain; charset=utf-8');
    $r->print("$file->{size}\n");
    return Apache2::Const::OK;
}

1;
