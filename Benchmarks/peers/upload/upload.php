<?php
// SPDX-License-Identifier: Apache-2.0
header('Content-Type: text/plain; charset=utf-8');
echo $_FILES['f']['size'], "\n";
