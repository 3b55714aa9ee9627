// SPDX-License-Identifier: Apache-2.0
//
// httpd's error log. Text is an argument, never a format.

internal import CApache

extension RequestRecord {
    /// Writes a line for this request, when its directory's LogLevel lets it through.
    func log(
        _ text: String, level: LogLevel, status: Int32 = 0,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        let level = level.rawValue
        guard unsafe msw_log_request_enabled(pointer, moduleIndex, level) != 0 else { return }
        for part in logLines(of: text) {
            // SAFETY: both texts are borrowed for the call; StaticStrings end in NUL.
            unsafe part.withCString { text in
                unsafe msw_log_request(
                    cString(file), Int32(clamping: line), moduleIndex, level, status, pointer, text)
            }
        }
    }

    /// Writes one line, whatever is in the text, for a caller whose file is known as text.
    func logLine(_ text: String, level: LogLevel, file: String, line: UInt) {
        let level = level.rawValue
        guard unsafe msw_log_request_enabled(pointer, moduleIndex, level) != 0 else { return }
        // SAFETY: both texts are borrowed for the call.
        unsafe file.withCString { file in
            unsafe text.withCString { text in
                unsafe msw_log_request(
                    file, Int32(clamping: line), moduleIndex, level, 0, pointer, text)
            }
        }
    }
}

extension ServerRecord {
    /// Writes a line for this server, when its LogLevel lets it through.
    func log(
        _ text: String, level: LogLevel, status: Int32 = 0,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        for part in logLines(of: text) {
            // SAFETY: both texts are borrowed for the call; StaticStrings end in NUL.
            unsafe part.withCString { text in
                unsafe msw_log_server(
                    cString(file), Int32(clamping: line), moduleIndex, level.rawValue, status,
                    pointer, text)
            }
        }
    }

    /// Writes one line, whatever is in the text, for a caller whose file is known as text.
    func logLine(_ text: String, level: LogLevel, file: String, line: UInt) {
        // SAFETY: both texts are borrowed for the call.
        unsafe file.withCString { file in
            unsafe text.withCString { text in
                unsafe msw_log_server(
                    file, Int32(clamping: line), moduleIndex, level.rawValue, 0, pointer, text)
            }
        }
    }
}

extension ConnectionRecord {
    /// Writes a line for this connection, when its server's LogLevel lets it through.
    func log(
        _ text: String, level: LogLevel, file: StaticString = #fileID, line: UInt = #line
    ) {
        for part in logLines(of: text) {
            // SAFETY: both texts are borrowed for the call; StaticStrings end in NUL.
            unsafe part.withCString { text in
                unsafe msw_log_connection(
                    cString(file), Int32(clamping: line), moduleIndex, level.rawValue, 0, pointer,
                    text)
            }
        }
    }
}

/// Writes a line to the main error log, for what belongs to no request.
func logWithoutRequest(
    _ text: String, level: LogLevel, file: StaticString = #fileID, line: UInt = #line
) {
    for part in logLines(of: text) {
        // SAFETY: both texts are borrowed for the call; StaticStrings end in NUL.
        unsafe part.withCString { text in
            unsafe msw_log_server(
                cString(file), Int32(clamping: line), moduleIndex, level.rawValue, 0, nil, text)
        }
    }
}

private func cString(_ text: StaticString) -> UnsafePointer<CChar>? {
    guard text.hasPointerRepresentation else { return nil }
    // SAFETY: a StaticString with a pointer is immortal and ends in NUL.
    return unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// httpd cuts a line of its log at 8 KB and writes line breaks as "\n": a longer story is told in
/// several lines.
private func logLines(of text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: true)
}
