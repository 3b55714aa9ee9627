// SPDX-License-Identifier: Apache-2.0
//
// Loggers of code that has no request write to the main server's error log, as soon as this library
// is loaded: no code of a module runs early enough to set that up, and swift-log traps if two
// modules do so.

import Logging

/// The dynamic linker calls it when the library is loaded, before any code of the handler that
/// imports it.
@section(".init_array")
@used
private let bootstrap: @convention(c) () -> Void = {
    // Another logging system has already been set up in the process: swift-log would trap.
    guard Logger(label: "").handler is StreamLogHandler else { return }
    LoggingSystem.bootstrap { ErrorLogHandler(label: $0) }
}
