# SPDX-License-Identifier: Apache-2.0
package Filter;

use strict;
use warnings;
use base qw(Apache2::Filter);
use Apache2::Const -compile => 'OK';

sub handler : FilterRequestHandler {
    my $filter = shift;
    while ($filter->read(my $part, 65536)) {
        $filter->print($part);
    }
    return Apache2::Const::OK;
}

1;
