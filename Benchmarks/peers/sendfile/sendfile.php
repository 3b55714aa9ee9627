<?php
// SPDX-License-Identifier: Apache-2.0
$body = __DIR__ . '/body';
header('Content-Type: application/octet-stream');
header('Content-Length: ' . filesize($body));
readfile($body);
