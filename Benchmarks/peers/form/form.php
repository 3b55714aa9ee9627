<?php
// SPDX-License-Identifier: Apache-2.0
$size = 0;
for ($i = 0; $i < 20; $i++) {
    $size += strlen($_POST["field_$i"]);
}
header('Content-Type: text/plain; charset=utf-8');
echo $size, "\n";
