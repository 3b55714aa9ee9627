// SPDX-License-Identifier: Apache-2.0
//
// The builder: compiles one Swift source to one stamped shared library in the cache. A child of
// httpd runs it, as the server's user, in a separate process group; it prints errors to its output
// and reports the result by its exit code (BuilderExit). Not for people: see modswift.

import CProgramArguments
import ModuleArtifact
import SystemCalls

// SAFETY: the C library's own texts, which are valid as long as the process.
let arguments = (1..<max(1, msw_argument_count())).compactMap { index in
    unsafe msw_argument(index).map { unsafe String(cString: $0) }
}
let exitCode: BuilderExit
do {
    let order = try BuildArguments(arguments: arguments)
    ProcessLimits.apply()
    BuildLifeline.watch()
    try ModuleBuild(order).run()
    exitCode = .built
} catch let problem as BuildError {
    print(problem.text)
    exitCode = problem.exit
} catch let error as SystemError where error.isLackOfSpace {
    print(error)
    exitCode = .noSpace
} catch {
    print(error)
    exitCode = .failed
}
ExitReport.exit(exitCode.rawValue)
