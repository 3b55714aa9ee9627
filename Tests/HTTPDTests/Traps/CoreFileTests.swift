// SPDX-License-Identifier: Apache-2.0
//
// A real memory fault is not contained: the process ends as without mod_swift, with a core file.

import Foundation
import ModSwiftTesting
import Testing

@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: CoreFile.obstacle == nil, Comment(rawValue: CoreFile.obstacle ?? "")))
struct CoreFileTests {
    private static let source = """
        @inline(never) func touch(_ address: Int) -> Int {
            UnsafePointer<Int>(bitPattern: address)!.pointee
        }

        func handler(_ req: Request) -> String {
            "\\(req.args == "fault" ? touch(8) : 1)"
        }
        """

    @Test(arguments: MPM.allCases)
    func aMemoryFaultLeavesACoreFile(_ mpm: MPM) throws {
        var configuration = try HTTPDConfiguration.modSwift(
            mpm: mpm,
            text: """
                CoreDumpDirectory "${LOGS}"
                <Directory "${HTDOCS}/app">
                    AddHandler mod_swift .do
                    SwiftHandler app
                </Directory>
                """)
        configuration.launcher = ["/usr/bin/prlimit", "--core=unlimited:unlimited"]
        try HTTPD.with(configuration) { server throws in
            try server.writeApp(Self.source)
            #expect(try server.app().text == "1")
            let directory = CoreFile.directory ?? server.logs
            let before = try Self.files(in: directory)
            #expect(throws: HTTPClientError.self) { try server.app("fault") }
            try server.expectLog(containing: "MSW0421: signal 11, address 0x8, in the request")
            // The form that httpd has for a core file.
            try server.expectLog(
                containing: "exit signal Segmentation fault (11), possible coredump in")
            let line = server.errorLog().split(separator: "\n").first { $0.contains("AH00051") }
            let child = try #require(
                line?.firstMatch(of: /child pid (\d+)/).flatMap { pid_t($0.1) })
            // Others on this machine may have left theirs meanwhile.
            let core = try Self.files(in: directory).subtracting(before)
                .compactMap { try? CoreFile("\(directory)/\($0)") }.first { $0.process == child }
            let file = try #require(core, "\(directory) has no core file of \(child)")
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            #expect(file.signal == SIGSEGV)
            try Self.checkPlace(in: file, configuration.program)
        }
    }

    /// The debugger finds the function, in the thread that was in it. httpd sends the signal again, to
    /// the process: the thread may be in a handler of signals by then.
    private static func checkPlace(in core: CoreFile, _ program: String) throws {
        let debugger = "/usr/bin/gdb"
        guard access(debugger, X_OK) == 0 else { return }
        let text = try Shell.run([
            debugger, "-nx", "-batch", "-ex", "set debuginfod enabled off", "-ex",
            "thread apply all backtrace 12", program, core.path,
        ])
        #expect(text.contains(/\n#\d+ .*touch/), "\(text.suffix(4000))")
    }

    private static func files(in directory: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: directory))
    }
}
