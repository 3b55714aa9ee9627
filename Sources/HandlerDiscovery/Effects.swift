// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// The effects that a call must be marked with.
struct Effects {
    var isAsync = false
    var isThrowing = false

    /// The marks before the call, followed by a space.
    var marks: String { (isThrowing ? "try " : "") + (isAsync ? "await " : "") }

    func union(_ other: Effects) -> Effects {
        Effects(isAsync: isAsync || other.isAsync, isThrowing: isThrowing || other.isThrowing)
    }
}

extension Effects {
    init(_ signature: FunctionSignatureSyntax) {
        isAsync = signature.effectSpecifiers?.asyncSpecifier != nil
        isThrowing = signature.effectSpecifiers?.throwsClause != nil
    }
}
