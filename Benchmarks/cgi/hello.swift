// SPDX-License-Identifier: Apache-2.0

import Glibc

let query = String(cString: getenv("QUERY_STRING"))
print("Content-Type: text/plain\n")
print("Hello World! \(query)")
