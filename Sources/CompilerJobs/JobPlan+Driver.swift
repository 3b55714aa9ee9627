// SPDX-License-Identifier: Apache-2.0

/// The jobs that swiftc would run, as it prints them (`-driver-print-jobs`).
///
/// Nil if the output differs in form from that of Swift 6: the jobs are then unknown, and the
/// driver must run them itself.
package struct DriverJobs: Equatable, Sendable {
    /// A placeholder among clang's arguments for the file with the objects' libraries.
    static let libraries = "-lmod_swift_libraries"

    let compile: [JobPlan.Command]
    /// The object files of the module.
    package let objects: [String]
    /// The command with which clang prints how it would call the linker.
    package let linkerQuestion: JobPlan.Command
    /// The directory that the driver created for files passed between the jobs.
    let temporary: String

    /// Parses the output of swiftc.
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
    /// Creates a plan from the output of the programs; nil if it cannot be parsed.
    ///
    /// - Parameters:
    ///   - linker: The output of ``DriverJobs/linkerQuestion``.
    ///   - values: The values with which swiftc was called.
    package init?(_ driver: DriverJobs, linker: String, values: JobValues) {
        // After lines about the version: one line for each command.
        let lines = linker.split(separator: "\n").filter { $0.hasPrefix(" \"") }
        guard lines.count == 1, let link = ShellWords.split(lines[0]) else { return nil }
        let all = driver.compile.joined() + driver.objects + link
        guard all.allSatisfy(Self.isPlain) else { return nil }
        // The driver's directory has been removed; its files are in the directory of the build.
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

    /// Whether an argument is possible in a plan: it has no line break, and does not look like a
    /// placeholder.
    private static func isPlain(_ argument: String) -> Bool {
        !argument.contains("%{") && !argument.contains { $0.isNewline || $0 == "\0" }
    }

    /// Whether all differences between modules have been found.
    private func isWhole(temporary: String) -> Bool {
        let arguments = compile.joined() + objects + link
        return compile.contains { $0.contains(Place.sources) }
            && objects.allSatisfy { $0.hasPrefix("\(Place.work)/") && link.contains($0) }
            && link.count { $0 == Place.libraries } == 1
            && !arguments.contains { $0.contains(temporary) }
    }
}
