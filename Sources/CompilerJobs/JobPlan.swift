// SPDX-License-Identifier: Apache-2.0

/// The commands of one call of swiftc, with placeholders for the values that differ between
/// modules.
///
/// The driver itself has printed them once (``init(driver:linker:values:)``). Running them without
/// it saves a process that takes longer than the compiler for a small handler.
package struct JobPlan: Equatable, Sendable {
    /// A program and its arguments.
    package typealias Command = [String]

    /// The compiler's commands, in order.
    package let compile: [Command]
    /// The object files that they create, which contain the names of libraries for the linker
    /// (``AutolinkEntries``).
    package let objects: [String]
    /// The linker's command.
    package let link: Command

    package init(compile: [Command], objects: [String], link: Command) {
        self.compile = compile
        self.objects = objects
        self.link = link
    }

    /// Returns the compiler's commands for a module.
    package func compileCommands(_ values: JobValues) -> [Command] {
        compile.map {
            $0.flatMap { argument in
                argument == Place.sources
                    ? values.aliasOptions + values.sources : [values.filled(argument)]
            }
        }
    }

    /// Returns the paths of a module's object files.
    package func objectPaths(_ values: JobValues) -> [String] { objects.map(values.filled) }

    /// Returns the linker's command for a module.
    ///
    /// - Parameter libraries: The libraries that the object files require.
    package func linkCommand(_ values: JobValues, libraries: [String]) -> Command {
        link.flatMap { argument in
            argument == Place.libraries
                ? libraries + values.linkedOptions : [values.filled(argument)]
        }
    }
}

/// The values in a plan's commands that differ between modules.
package struct JobValues: Sendable {
    /// The paths of all sources of the module, in order.
    package let sources: [String]
    /// The directory of the build, which no other build uses.
    package let work: String
    /// The directory of compiled modules.
    package let cache: String
    /// The name of the module.
    package let module: String
    /// The file name of the library.
    package let file: String
    /// The modules that it imports under other names than their own: "name=real_name".
    package let aliases: [String]
    /// The paths of libraries that the linker uses only if they are needed.
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

    /// The compiler's options for imported modules; the driver accepts the same.
    package var aliasOptions: [String] { aliases.flatMap { ["-module-alias", $0] } }

    /// The linker's options for the libraries.
    package var linkedOptions: [String] {
        linked.isEmpty ? [] : ["--push-state", "--as-needed"] + linked + ["--pop-state"]
    }

    /// The placeholders as values: the form of a driver call for any module.
    package static let places = JobValues(
        sources: [Place.sources], work: Place.work, cache: Place.cache, module: Place.module,
        file: Place.file)

    /// Returns values of a fictitious module, for the call from which a plan is created.
    ///
    /// - Parameter source: An existing file.
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

    /// Replaces this module's values in an argument by placeholders.
    func generalised(_ argument: String) -> String {
        if sources == [argument] { return Place.sources }
        // The build directory is inside the cache.
        return argument.replacing(directory: work, with: Place.work)
            .replacing(directory: cache, with: Place.cache)
            .replacing(module, with: Place.module).replacing(file, with: Place.file)
    }
}

/// The placeholders in a plan. No path of a toolchain looks like them.
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
    /// Replaces a directory in an argument whose path (`/a/b`, `-L/a/b`, `-rpath=/a/b`) is that
    /// directory or is below it.
    fileprivate func replacing(directory: String, with place: String) -> String {
        guard let start = firstIndex(of: "/") else { return self }
        let path = self[start...]
        guard path == directory || path.hasPrefix("\(directory)/") else { return self }
        return self[..<start] + place + path.dropFirst(directory.count)
    }
}
