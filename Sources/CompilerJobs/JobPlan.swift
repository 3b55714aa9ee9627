// SPDX-License-Identifier: Apache-2.0

/// The commands that one call of swiftc comes to, with places for what differs between modules.
///
/// The driver itself has named them once (``init(driver:linker:values:)``). To run them without it
/// saves a process that takes longer than the compiler takes for a small handler.
package struct JobPlan: Equatable, Sendable {
    /// A program and its arguments.
    package typealias Command = [String]

    /// The compiler's commands, in their order.
    package let compile: [Command]
    /// The object files they make, which name libraries that the linker needs
    /// (``AutolinkEntries``).
    package let objects: [String]
    /// The linker's command.
    package let link: Command

    package init(compile: [Command], objects: [String], link: Command) {
        self.compile = compile
        self.objects = objects
        self.link = link
    }

    /// The compiler's commands for a module.
    package func compileCommands(_ values: JobValues) -> [Command] {
        compile.map {
            $0.flatMap { argument in
                argument == Place.sources
                    ? values.aliasOptions + values.sources : [values.filled(argument)]
            }
        }
    }

    /// The paths of a module's object files.
    package func objectPaths(_ values: JobValues) -> [String] { objects.map(values.filled) }

    /// The linker's command for a module.
    ///
    /// - Parameter libraries: What the object files ask for.
    package func linkCommand(_ values: JobValues, libraries: [String]) -> Command {
        link.flatMap { argument in
            argument == Place.libraries
                ? libraries + values.linkedOptions : [values.filled(argument)]
        }
    }
}

/// What differs between modules in the commands of a plan.
package struct JobValues: Sendable {
    /// The paths of all sources of the module, in their order.
    package let sources: [String]
    /// The directory of the build: no other build uses it.
    package let work: String
    /// The directory of compiled modules.
    package let cache: String
    /// The name of the module.
    package let module: String
    /// The file name of the library.
    package let file: String
    /// The modules that it imports under names that are not theirs: "name=real_name".
    package let aliases: [String]
    /// Libraries that the linker takes where they are used, as paths.
    package let linked: [String]

    package init(
        sources: [String], work: String, cache: String, module: String, file: String,
        aliases: [String] = [], linked: [String] = []
    ) {
        self.sources = sources
        self.work = work
        self.cache = cache
        self.module = module
        self.file = file
        self.aliases = aliases
        self.linked = linked
    }

    /// The compiler's options for the modules that it imports; the driver takes the same.
    package var aliasOptions: [String] { aliases.flatMap { ["-module-alias", $0] } }

    /// The linker's options for the libraries.
    package var linkedOptions: [String] {
        linked.isEmpty ? [] : ["--push-state", "--as-needed"] + linked + ["--pop-state"]
    }

    /// The places themselves: what a call of the driver looks like, whatever the module is.
    package static let places = JobValues(
        sources: [Place.sources], work: Place.work, cache: Place.cache, module: Place.module,
        file: Place.file)

    /// Names and files of no module, for the call that a plan is made of.
    ///
    /// - Parameter source: A file that is there.
    package static func planning(source: String, work: String, cache: String) -> JobValues {
        JobValues(
            sources: [source], work: work, cache: cache, module: "mod_swift_planned_module",
            file: "mod_swift_planned_file.so")
    }

    func filled(_ argument: String) -> String {
        // Most arguments are the same for all modules.
        guard argument.utf8.contains(Place.mark) else { return argument }
        return argument.replacing(Place.work, with: work).replacing(Place.cache, with: cache)
            .replacing(Place.module, with: module).replacing(Place.file, with: file)
    }

    /// An argument with places where this module's values stand.
    func generalised(_ argument: String) -> String {
        if sources == [argument] { return Place.sources }
        // The directory of the build lies in the cache.
        return argument.replacing(directory: work, with: Place.work)
            .replacing(directory: cache, with: Place.cache)
            .replacing(module, with: Place.module).replacing(file, with: Place.file)
    }
}

/// What stands in a plan for what differs. No path of a toolchain looks like it.
enum Place {
    static let mark = UInt8(ascii: "%")
    static let sources = "%{sources}"
    static let work = "%{work}"
    static let cache = "%{cache}"
    static let module = "%{module}"
    static let file = "%{file}"
    static let libraries = "%{libraries}"
}

extension String {
    /// Replaces a directory where the path in an argument (`/a/b`, `-L/a/b`, `-rpath=/a/b`) lies in it,
    /// or is it.
    fileprivate func replacing(directory: String, with place: String) -> String {
        guard let start = firstIndex(of: "/") else { return self }
        let path = self[start...]
        guard path == directory || path.hasPrefix("\(directory)/") else { return self }
        return self[..<start] + place + path.dropFirst(directory.count)
    }
}
