// SPDX-License-Identifier: Apache-2.0
//
// The symbolizer: converts addresses to names and lines. A child of httpd runs it after a trap, as
// the server's user, so that the damaged state of the child cannot affect it. Its output is a line
// with the reason and a line with the location, both possibly empty, and one line for each function
// on the stack.

import CProgramArguments
import SystemCalls

// SAFETY: the C library's own texts, which are valid as long as the process.
let arguments = (1..<max(1, msw_argument_count())).compactMap { index in
    unsafe msw_argument(index).map { unsafe String(cString: $0) }
}
guard let order = SymbolizeArguments(arguments: arguments) else {
    print("mod_swift runs this program itself; it is of no use by hand.")
    ExitReport.exit(2)
}
let trace = Symbolication(order)
for line in [trace.reason, trace.place] + trace.lines { print(line) }
ExitReport.exit(0)
