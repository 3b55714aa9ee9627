// SPDX-License-Identifier: Apache-2.0

import SwiftSyntax

extension DeclModifierListSyntax {
    /// `private` or `fileprivate`: the registration file cannot see such a declaration.
    var hiddenAccess: String? {
        lazy.map(\.name).first {
            $0.tokenKind == .keyword(.private) || $0.tokenKind == .keyword(.fileprivate)
        }?.text
    }

    /// `public` or `open`.
    var isPublic: Bool { contains(.public) || contains(.open) }

    func contains(_ keyword: Keyword) -> Bool {
        contains { $0.name.tokenKind == .keyword(keyword) }
    }
}
