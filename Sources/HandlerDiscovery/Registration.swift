// SPDX-License-Identifier: Apache-2.0

/// The Swift file that tells the server which handlers a module has.
///
/// It is compiled together with the module's own files. Its one entry point, `msw_register_handlers`,
/// hands every handler to a `HandlerRegistrar` as a typed closure, so nothing has to guess mangled
/// names, and overload resolution, not this library, decides what a result type means.
///
/// ```swift
/// let registration = Registration(of: [HandlerSource(path: "hello.swift", text: text)])
/// registration.handlers  // ["handler"]
/// registration.text      // import ModSwift …
/// ```
public struct Registration: Sendable {
    /// A complete Swift file.
    public var text: String

    /// The names that are registered, in the order of the sources; those that depend on `#if` are
    /// among them, because only the compiler knows which conditions hold.
    public var handlers: [String]

    /// The names that are never registered, whichever `#if` conditions hold.
    public var refusals: [Refusal]

    /// The paths that the publisher publishes, in the order of the sources; those that depend on `#if`
    /// are among them.
    public var published: [String]

    /// What is public and never published, by its path.
    public var unpublished: [Refusal]

    /// Finds the handlers of a module, and what of it the publisher publishes.
    ///
    /// Text that is not valid Swift is no error here: what can be read of it is used, and the
    /// compiler will say what is wrong.
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
