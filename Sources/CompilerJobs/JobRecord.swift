// SPDX-License-Identifier: Apache-2.0

/// A plan in the form in which it is stored in a file, with everything that it depends on.
///
///     mod_swift-jobs 1
///     asked ARGUMENT          … the arguments of swiftc
///     file FINGERPRINT PATH   … the programs and files that the plan names
///     compile                 … for each command
///     argument ARGUMENT
///     link
///     argument ARGUMENT
///     object PATH
///     end
package struct JobRecord: Equatable, Sendable {
    /// A file of the toolchain or the system, and its state.
    package struct File: Equatable, Sendable {
        package let path: String
        /// Text without blanks that changes when the file changes.
        package let fingerprint: String

        package init(path: String, fingerprint: String) {
            self.path = path
            self.fingerprint = fingerprint
        }
    }

    /// The driver's call: its path and arguments, with placeholders.
    package let question: [String]
    package let files: [File]
    /// nil: the driver's output could not be parsed, and would not be next time.
    package let plan: JobPlan?

    package init(question: [String], files: [File], plan: JobPlan?) {
        self.question = question
        self.files = files
        self.plan = plan
    }
}

extension JobPlan {
    /// The paths in the commands that do not differ between modules.
    package var paths: [String] {
        var seen: Set<String> = []
        return (compile.joined() + link).filter {
            $0.hasPrefix("/") && !$0.utf8.contains(Place.mark) && seen.insert($0).inserted
        }
    }
}

extension JobRecord {
    private static let title = "mod_swift-jobs 1"

    /// The record as text.
    package var text: String {
        var lines = [Self.title] + question.map { "asked \($0)" }
        lines += files.map { "file \($0.fingerprint) \($0.path)" }
        if let plan {
            for command in plan.compile {
                lines += ["compile"] + command.map { "argument \($0)" }
            }
            lines += ["link"] + plan.link.map { "argument \($0)" }
            lines += plan.objects.map { "object \($0)" }
        }
        return (lines + ["end", ""]).joined(separator: "\n")
    }

    /// Parses a record; nil if it is incomplete.
    package init?(text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.title[...] else { return nil }
        /// Returns the values of the next lines that begin with a word.
        func values(_ word: String) -> [String] {
            let mine = lines.prefix { $0.hasPrefix("\(word) ") }
            lines = lines.dropFirst(mine.count)
            return mine.map { String($0.dropFirst(word.count + 1)) }
        }
        question = values("asked")
        files = values("file").compactMap { line in
            line.firstIndex(of: " ").map {
                File(path: String(line[$0...].dropFirst()), fingerprint: String(line[..<$0]))
            }
        }
        var compile: [JobPlan.Command] = []
        while lines.first == "compile" {
            lines = lines.dropFirst()
            compile.append(values("argument"))
        }
        if lines.first == "link" {
            lines = lines.dropFirst()
            let link = values("argument")
            plan = JobPlan(compile: compile, objects: values("object"), link: link)
        } else {
            plan = nil
        }
        guard lines.first == "end" else { return nil }
    }
}
