// SPDX-License-Identifier: Apache-2.0

/// A plan as it is kept in a file, with all that it depends on.
///
///     mod_swift-jobs 1
///     asked ARGUMENT          … what swiftc was called with
///     file FINGERPRINT PATH   … the programs and files that the plan names
///     compile                 … for each command
///     argument ARGUMENT
///     link
///     argument ARGUMENT
///     object PATH
///     end
package struct JobRecord: Equatable, Sendable {
    /// A file of the toolchain or the system, and the state it was in.
    package struct File: Equatable, Sendable {
        package let path: String
        /// Text without blanks that differs when the file is another.
        package let fingerprint: String

        package init(path: String, fingerprint: String) {
            self.path = path
            self.fingerprint = fingerprint
        }
    }

    /// What the driver was asked: its path and arguments, with places.
    package let question: [String]
    package let files: [File]
    /// nil: what the driver printed was not understood, and will not be next time.
    package let plan: JobPlan?

    package init(question: [String], files: [File], plan: JobPlan?) {
        self.question = question
        self.files = files
        self.plan = plan
    }
}

extension JobPlan {
    /// The paths that the commands name and that do not differ between modules.
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

    /// Reads a record; nil when it is not whole.
    package init?(text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.title[...] else { return nil }
        /// The values of the next lines that begin with a word.
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
