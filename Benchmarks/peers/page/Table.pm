# SPDX-License-Identifier: Apache-2.0
#
# The table for mod_perl with HTML::Template, which keeps the parsed template in the process.
package Table;

use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::Const -compile => 'OK';
use HTML::Template ();

my $file = __FILE__ =~ s/Table\.pm$/table.tmpl/r;

sub handler {
    my $r = shift;
    my @rows;
    for my $row (0 .. 999) {
        push @rows, { cells => [map { { number => $row * $_ } } 0 .. 5] };
    }
    my $template = HTML::Template->new(filename => $file, cache => 1, blind_cache => 1);
    $template->param(rows => \@rows);
    $r->content_type('text/html; charset=utf-8');
    $r->print($template->output);
    return Apache2::Const::OK;
}

1;
