// SPDX-License-Identifier: Apache-2.0

/// The Swift file that registers the handlers of a module with the server.
///
/// It is compiled together with the module's own files. Its single entry point,
/// `msw_register_handlers`, passes every handler to a `HandlerRegistrar` as a typed closure, so
/// that no code has to guess mangled names, and overload resolution, not this library, determines
/// the meaning of a result type.
///
/// ```swift
/// let registration = Registration(of: [HandlerSource(path: "hello.swift", text: text)])
/// registration.handlers  // ["handler"]
/// registration.text      // import ModSwift …
/// ```
public struct Registration: Sendable {
    /// A complete Swift file.
    public var text: String

    /// The names that are registered, in the order of the sources, including those that depend on
    /// `#if`, because only the compiler knows which conditions hold.
    public var handlers: [String]

    /// The names that are never registered, regardless of `#if` conditions.
    public var refusals: [Refusal]

    /// The paths that the publisher publishes, in the order of the sources, including those that
    /// depend on `#if`.
    public var published: [String]

    /// Public declarations that are never published, by their paths.
    public var unpublished: [Refusal]

    /// Finds the handlers of a module, and the declarations that the publisher publishes.
    ///
    /// Text that is not valid Swift is not an error here: the parts that can be parsed are used,
    /// and the compiler will report the errors.
    ///
    /// - Parameter sources: All files of the module.
    public init(of sources: [HandlerSource]) {
        var module = ModuleDeclarations()
        for source in sources { module.collect(from: ParsedSource(source)) }
        let rules = HandlerRules(module: module)
        let names = NameGroup.groups(
            of: module.functions.compactMap(rules.candidate)
                + module.variables.map(rules.candidate))
        let (candidates, instances) = PublicationRules(module: module).publications()
        let publications = NameGroup.groups(of: candidates)
        let protections = AccessRules(
            module: module, paths: Set(publications.map(\.name)), instances: instances
        ).all()
        text = RegistrationWriter.text(
            registering: names, publishing: publications, protecting: protections)
        handlers = names.filter(\.isRegistered).map(\.name)
        refusals = names.compactMap(\.refusal)
        published = publications.filter(\.isRegistered).map(\.name)
        unpublished = publications.compactMap(\.refusal)
    }
}
