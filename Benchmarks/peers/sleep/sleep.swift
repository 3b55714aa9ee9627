// SPDX-License-Identifier: Apache-2.0

import Glibc
import ModSwift

func handler(_ req: Request) {
    usleep(100_000)
    req.contentType = "text/plain"
    req.write("awake\n")
}
