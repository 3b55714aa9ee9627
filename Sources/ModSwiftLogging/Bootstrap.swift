// SPDX-License-Identifier: Apache-2.0
//
// Loggers of code that knows no request write to the main server's error log, from the moment that
// this library is in the process: a module has no place of its own to say so early enough, and
// swift-log traps when two of them do.

import Logging

/// The dynamic linker calls it when the library is loaded, before any code of the handler that
/// brought it.
@section(".init_array")
@used
private let bootstrap: @convention(c) () -> Void = {
    // Somebody else in the process was first: swift-log would trap.
    guard Logger(label: "").handler is StreamLogHandler else { return }
    LoggingSystem.bootstrap { ErrorLogHandler(label: $0) }
}
