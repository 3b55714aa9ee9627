// SPDX-License-Identifier: Apache-2.0

/// Where a declaration stands: its file, its type, and what its extension means for it.
struct DeclarationContext {
    let source: ParsedSource
    var type = QualifiedName.topLevel
    var condition = Condition.always

    /// Why nothing in here can be a handler; only extensions speak here, types are asked later,
    /// because an extension may come before its type.
    var obstacle: String?

    /// Whether the innermost type is extended here, not declared.
    var isInExtension = false

    /// Whether that extension makes its members public.
    var isInPublicExtension = false

    /// The isolation that extension says, if it is one.
    var isolation = Isolation.unspecified

    func entering(clause: Int, of directive: Condition.Directive) -> DeclarationContext {
        var inner = self
        inner.condition = condition.entering(clause: clause, of: directive)
        return inner
    }
}
