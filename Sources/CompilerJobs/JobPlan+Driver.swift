// SPDX-License-Identifier: Apache-2.0

/// The jobs that swiftc would run, as it prints them (`-driver-print-jobs`).
///
/// What does not look as it does with Swift 6 is nil: then nobody knows what these jobs are, and
/// the driver has to run them itself.
package struct DriverJobs: Equatable, Sendable {
    /// Stands among clang's arguments for the file that is to hold the objects' libraries.
    static let libraries = "-lmod_swift_libraries"

    let compile: [JobPlan.Command]
    /// The object files of the module.
    package let objects: [String]
    /// What clang is called with to have it print how it would call the linker.
    package let linkerQuestion: JobPlan.Command
    /// The directory that the driver made for files between the jobs.
    let temporary: String

    /// Reads what swiftc has printed.
    package init?(_ output: String) {
        var compile: [JobPlan.Command] = []
        var extraction: JobPlan.Command?
        var link: JobPlan.Command?
        for line in output.split(separator: "\n") {
            guard let command = ShellWords.split(line), let program = command.first, link == nil
            else { return nil }
            switch program.split(separator: "/").last {
            case "swift-frontend" where extraction == nil: compile.append(command)
            case "swift-autolink-extract" where extraction == nil: extraction = command
            case "clang": link = command
            default: return nil
            }
        }
        // swift-autolink-extract OBJECT … -o FILE
        guard !compile.isEmpty, var link, let extraction, extraction.count > 3,
            extraction[extraction.count - 2] == "-o"
        else { return nil }
        let objects = Array(extraction[1..<(extraction.count - 2)])
        let response = extraction[extraction.count - 1]
        guard let slash = response.lastIndex(of: "/"),
            let place = link.firstIndex(of: "@\(response)")
        else { return nil }
        link[place] = Self.libraries
        link.insert("-###", at: 1)
        self.compile = compile
        self.objects = objects
        linkerQuestion = link
        temporary = String(response[..<slash])
    }
}

extension JobPlan {
    /// Makes a plan of what the programs have printed; nil where that is not understood.
    ///
    /// - Parameters:
    ///   - linker: What clang has answered to ``DriverJobs/linkerQuestion``.
    ///   - values: What swiftc was called with.
    package init?(_ driver: DriverJobs, linker: String, values: JobValues) {
        // Behind lines about the version: one line for each command.
        let lines = linker.split(separator: "\n").filter { $0.hasPrefix(" \"") }
        guard lines.count == 1, let link = ShellWords.split(lines[0]) else { return nil }
        let all = driver.compile.joined() + driver.objects + link
        guard all.allSatisfy(Self.isPlain) else { return nil }
        // The driver's directory is no more; its files lie in that of the build.
        func general(_ arguments: [String]) -> [String] {
            arguments.map { argument in
                argument == DriverJobs.libraries
                    ? Place.libraries
                    : values.generalised(
                        argument.replacing("\(driver.temporary)/", with: "\(values.work)/"))
            }
        }
        self.init(
            compile: driver.compile.map(general), objects: general(driver.objects),
            link: general(link))
        guard isWhole(temporary: driver.temporary) else { return nil }
    }

    /// Whether an argument can stand in a plan: on a line of its own, and not taken for a place.
    private static func isPlain(_ argument: String) -> Bool {
        !argument.contains("%{") && !argument.contains { $0.isNewline || $0 == "\0" }
    }

    /// Whether all that differs between modules was found.
    private func isWhole(temporary: String) -> Bool {
        let arguments = compile.joined() + objects + link
        return compile.contains { $0.contains(Place.sources) }
            && objects.allSatisfy { $0.hasPrefix("\(Place.work)/") && link.contains($0) }
            && link.count { $0 == Place.libraries } == 1
            && !arguments.contains { $0.contains(temporary) }
    }
}
