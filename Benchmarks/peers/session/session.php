<?php
// SPDX-License-Identifier: Apache-2.0
session_start();
$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
session_write_close();
header('Content-Type: text/plain');
echo "ok\n";
