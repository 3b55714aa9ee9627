<?php
// SPDX-License-Identifier: Apache-2.0
const KEY = '5f1d4b9c8a7e6f5d4c3b2a1908f7e6d55f1d4b9c8a7e6f5d4c3b2a1908f7e6d5';

function sign(string $text): string
{
    return strtr(rtrim(base64_encode(hash_hmac('sha256', "Scolor=$text", KEY, true)), '='), '+/', '-_');
}

[$signature, $text] = explode(':', $_COOKIE['color'], 2);
if (!hash_equals(sign($text), $signature)) {
    http_response_code(403);
    exit;
}
header('Set-Cookie: color=' . sign($text) . ":$text; Path=/; HttpOnly");
header('Content-Type: text/plain');
echo substr($text, 1), "\n";
