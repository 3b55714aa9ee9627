// SPDX-License-Identifier: Apache-2.0

import ModSwift

func handler(_ req: Request) -> String { "Hello World!\n" }
