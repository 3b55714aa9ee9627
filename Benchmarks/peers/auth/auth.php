<?php
// SPDX-License-Identifier: Apache-2.0
$passwords = ['ann' => 'secret'];
if (!isset($_SERVER['PHP_AUTH_USER']) || ($passwords[$_SERVER['PHP_AUTH_USER']] ?? null) !== $_SERVER['PHP_AUTH_PW']) {
    header('WWW-Authenticate: Basic realm="peers"');
    http_response_code(401);
    exit;
}
header('Content-Type: text/plain');
readfile(__DIR__ . '/static.txt');
