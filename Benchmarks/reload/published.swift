// SPDX-License-Identifier: Apache-2.0

import ModSwift

/// What is asked for.
public func greet() -> String { "Hello World!\n" }
