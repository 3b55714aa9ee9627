// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

/// What a call has to be marked with.
struct Effects {
    var isAsync = false
    var isThrowing = false

    /// What stands before the call, with a space behind.
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
