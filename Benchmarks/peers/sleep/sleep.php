<?php
// SPDX-License-Identifier: Apache-2.0
usleep(100000);
header('Content-Type: text/plain');
echo "awake\n";
