// SPDX-License-Identifier: Apache-2.0

/// The context of a declaration: its file, its type, and the effects of its extension.
struct DeclarationContext {
    let source: ParsedSource
    var type = QualifiedName.topLevel
    var condition = Condition.always

    /// The reason why nothing in this context can be a handler; set only for extensions; types are
    /// checked later, because an extension may precede its type.
    var obstacle: String?

    /// Whether the context is an extension of the innermost type, not its declaration.
    var isInExtension = false

    /// Whether that extension makes its members public.
    var isInPublicExtension = false

    /// The isolation of the extension, if it is one.
    var isolation = Isolation.unspecified

    func entering(clause: Int, of directive: Condition.Directive) -> DeclarationContext {
        var inner = self
        inner.condition = condition.entering(clause: clause, of: directive)
        return inner
    }
}
