// SPDX-License-Identifier: Apache-2.0
//
// Plans created from the output of the programs of Swift 6.3.

import Testing

@testable import CompilerJobs

struct JobPlanTests {
    private static let values = JobValues.planning(
        source: "/c/work/k/source.swift", work: "/c/work/k", cache: "/c")

    private static let module = "mod_swift_planned_module"

    /// Two jobs of the compiler, as with -Onone.
    private static let printed = """
        /t/bin/swift-frontend -frontend -c /c/work/k/source.swift -module-cache-path /c/clang \
        -file-compilation-dir /c/work/k -I '/l i/modules' -module-name \(module) -o /c/work/k/T.x/\(module)-2.o
        /t/bin/swift-frontend -modulewrap /c/work/k/T.x/\(module)-1.swiftmodule -o /c/work/k/T.x/\(module)-1.o
        /t/bin/swift-autolink-extract /c/work/k/T.x/\(module)-2.o /c/work/k/T.x/\(module)-1.o -o /c/work/k/T.x/\(module)-3.autolink
        /t/bin/clang -shared /c/work/k/T.x/\(module)-2.o /c/work/k/T.x/\(module)-1.o @/c/work/k/T.x/\(module)-3.autolink \
        -Xlinker -soname=mod_swift_planned_file.so -o /c/work/k/module.so

        """

    private static let linker = """
        clang version 21.0.0
        Target: x86_64-unknown-linux-gnu
        Thread model: posix
         "/t/bin/ld.lld" "-L/usr/lib" "/c/work/k/T.x/\(module)-2.o" "/c/work/k/T.x/\(module)-1.o" \
        "-lmod_swift_libraries" "-soname=mod_swift_planned_file.so" "/usr/lib/crtn.o" "-o" "/c/work/k/module.so"

        """

    private static let hello = JobValues(
        sources: ["/d/work/h/a.swift", "/d/work/h/b.swift"], work: "/d/work/h", cache: "/d",
        module: "hello_1", file: "hello-1.so")

    private func makePlan(
        printed: String = printed, linker: String = linker, values: JobValues = values
    ) -> JobPlan? {
        DriverJobs(printed).flatMap { JobPlan($0, linker: linker, values: values) }
    }

    @Test func clangIsAskedForTheLinkersCommand() throws {
        let jobs = try #require(DriverJobs(Self.printed))
        #expect(jobs.linkerQuestion.prefix(3) == ["/t/bin/clang", "-###", "-shared"])
        #expect(!jobs.linkerQuestion.contains { $0.hasPrefix("@") })
        #expect(jobs.objects.map { $0.suffix(4) } == ["-2.o", "-1.o"])
    }

    @Test func whatDiffersBetweenModulesIsFilledIn() throws {
        let plan = try #require(makePlan())
        #expect(
            plan.compileCommands(Self.hello) == [
                [
                    "/t/bin/swift-frontend", "-frontend", "-c", "/d/work/h/a.swift",
                    "/d/work/h/b.swift", "-module-cache-path", "/d/clang",
                    "-file-compilation-dir", "/d/work/h", "-I", "/l i/modules", "-module-name",
                    "hello_1", "-o", "/d/work/h/hello_1-2.o",
                ],
                [
                    "/t/bin/swift-frontend", "-modulewrap", "/d/work/h/hello_1-1.swiftmodule",
                    "-o", "/d/work/h/hello_1-1.o",
                ],
            ])
        #expect(
            plan.objectPaths(Self.hello) == ["/d/work/h/hello_1-2.o", "/d/work/h/hello_1-1.o"])
        #expect(
            plan.linkCommand(Self.hello, libraries: ["-lA", "-lB"]) == [
                "/t/bin/ld.lld", "-L/usr/lib", "/d/work/h/hello_1-2.o", "/d/work/h/hello_1-1.o",
                "-lA", "-lB", "-soname=hello-1.so", "/usr/lib/crtn.o", "-o",
                "/d/work/h/module.so",
            ])
        #expect(
            plan.paths == [
                "/t/bin/swift-frontend", "/l i/modules", "/t/bin/ld.lld", "/usr/lib/crtn.o",
            ])
    }

    @Test func aDirectoryIsNotTakenForTheBeginningOfAnother() throws {
        let printed = Self.printed.replacing("'/l i/modules'", with: "/call /x/c /c")
        let command = try #require(makePlan(printed: printed)).compileCommands(Self.hello)[0]
        #expect(command[9...12] == ["-I", "/call", "/x/c", "/d"])
    }

    @Test(arguments: [
        ("no jobs", ""),
        ("a warning", "warning: something\n" + printed),
        ("another program", printed.replacing("/t/bin/clang", with: "/t/bin/gcc")),
        ("no libraries asked for", String(printed.split(separator: "\n")[0]) + "\n"),
        ("no end of a quotation", printed.replacing("modules'", with: "modules")),
        ("no compiler", printed.replacing("swift-frontend", with: "swift-autolink-extract")),
        ("a job behind the linker", printed + "/t/bin/swift-frontend -dsym\n"),
        ("no source", printed.replacing("/c/work/k/source.swift", with: "@/c/work/k/response")),
        ("what looks like a place", printed.replacing("'/l i/modules'", with: "'%{work}'")),
        ("objects elsewhere", printed.replacing("/c/work/k/T.x", with: "/elsewhere")),
    ])
    func whatTheDriverPrintsOtherwiseIsNoPlan(difference: String, printed: String) {
        #expect(makePlan(printed: printed) == nil)
    }

    @Test(arguments: [
        ("nothing", ""),
        ("two commands", linker + linker),
        ("no end of a word", linker.replacing("so\"\n", with: "so\n")),
        ("no place for libraries", linker.replacing("\"-lmod_swift_libraries\" ", with: "")),
        ("another object", linker.replacing("module-2.o", with: "module-4.o")),
    ])
    func whatTheLinkerIsCalledWithOtherwiseIsNoPlan(difference: String, linker: String) {
        #expect(makePlan(linker: linker) == nil)
    }

    // MARK: The record

    @Test(arguments: [true, false])
    func aRecordIsReadAsItWasWritten(isKnown: Bool) throws {
        let record = JobRecord(
            question: ["/t/bin/swiftc", "-O", ""],
            files: [.init(path: "/t/b in/swiftc", fingerprint: "1:2:3:4")],
            plan: isKnown ? try #require(makePlan()) : nil)
        #expect(JobRecord(text: record.text) == record)
    }

    @Test func aRecordThatIsNotWholeIsNone() throws {
        let record = JobRecord(
            question: ["/t/bin/swiftc"], files: [], plan: try #require(makePlan()))
        let lines = record.text.split(separator: "\n", omittingEmptySubsequences: false)
        for count in 0..<(lines.count - 1) {
            let part = lines.prefix(count).joined(separator: "\n") + "\n"
            guard count < lines.count - 1 else { continue }
            #expect(JobRecord(text: part) == nil, "\(part)")
        }
        #expect(JobRecord(text: record.text.replacing("jobs 1", with: "jobs 2")) == nil)
        #expect(JobRecord(text: record.text.replacing("link\n", with: "lick\n")) == nil)
    }
}
