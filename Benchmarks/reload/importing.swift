// SPDX-License-Identifier: Apache-2.0

import ModSwift
import words

func handler(_ req: Request) -> String { hello }
