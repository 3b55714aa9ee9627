<?php
// SPDX-License-Identifier: Apache-2.0
$size = 0;
for ($i = 0; $i < 30; $i++) {
    $size += strlen($_SERVER["HTTP_X_IN_$i"] ?? '');
}
for ($i = 0; $i < 10; $i++) {
    header("X-Out-$i: value $i");
}
header('Content-Type: text/plain');
echo $size, "\n";
