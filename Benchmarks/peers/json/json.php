<?php
// SPDX-License-Identifier: Apache-2.0
$order = json_decode(file_get_contents('php://input'));
$order->count++;
header('Content-Type: application/json');
echo json_encode($order);
