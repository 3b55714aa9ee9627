// SPDX-License-Identifier: Apache-2.0
//
// httpd's error log. Text is passed as an argument, never as a format.

internal import CApache

extension RequestRecord {
    /// Whether its directory's LogLevel permits a level.
    func logs(_ level: LogLevel) -> Bool {
        unsafe msw_log_request_enabled(pointer, moduleIndex, level.rawValue) != 0
    }

    /// Writes a line for this request, if its directory's LogLevel permits it.
    func log(
        _ text: String, level: LogLevel, status: Int32 = 0,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        let level = level.rawValue
        guard unsafe msw_log_request_enabled(pointer, moduleIndex, level) != 0 else { return }
        for part in logLines(of: text) {
            // SAFETY: both texts are borrowed for the call; StaticStrings end with NUL.
            unsafe part.withCString { text in
                unsafe msw_log_request(
                    cString(file), Int32(clamping: line), moduleIndex, level, status, pointer, text)
            }
        }
    }

    /// Writes exactly one line, whatever the text contains, for a caller whose file is a String.
    func logLine(_ text: String, level: LogLevel, file: String, line: UInt) {
        let level = level.rawValue
        guard unsafe msw_log_request_enabled(pointer, moduleIndex, level) != 0 else { return }
        for part in text[...].partsForLog {
            // SAFETY: both texts are borrowed for the call.
            unsafe file.withCString { file in
                unsafe part.withCString { text in
                    unsafe msw_log_request(
                        file, Int32(clamping: line), moduleIndex, level, 0, pointer, text)
                }
            }
        }
    }
}

extension ServerRecord {
    /// Writes a line for this server, if its LogLevel permits it.
    func log(
        _ text: String, level: LogLevel, status: Int32 = 0,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        for part in logLines(of: text) {
            // SAFETY: both texts are borrowed for the call; StaticStrings end with NUL.
            unsafe part.withCString { text in
                unsafe msw_log_server(
                    cString(file), Int32(clamping: line), moduleIndex, level.rawValue, status,
                    pointer, text)
            }
        }
    }

    /// Writes exactly one line, whatever the text contains, for a caller whose file is a String.
    func logLine(_ text: String, level: LogLevel, file: String, line: UInt) {
        for part in text[...].partsForLog {
            // SAFETY: both texts are borrowed for the call.
            unsafe file.withCString { file in
                unsafe part.withCString { text in
                    unsafe msw_log_server(
                        file, Int32(clamping: line), moduleIndex, level.rawValue, 0, pointer, text)
                }
            }
        }
    }
}

extension ConnectionRecord {
    /// Writes a line for this connection, if its server's LogLevel permits it.
    func log(
        _ text: String, level: LogLevel, file: StaticString = #fileID, line: UInt = #line
    ) {
        for part in logLines(of: text) {
            // SAFETY: both texts are borrowed for the call; StaticStrings end with NUL.
            unsafe part.withCString { text in
                unsafe msw_log_connection(
                    cString(file), Int32(clamping: line), moduleIndex, level.rawValue, 0, pointer,
                    text)
            }
        }
    }
}

/// Writes a line to the main error log, for messages that belong to no request.
func logWithoutRequest(
    _ text: String, level: LogLevel, file: StaticString = #fileID, line: UInt = #line
) {
    for part in logLines(of: text) {
        // SAFETY: both texts are borrowed for the call; StaticStrings end with NUL.
        unsafe part.withCString { text in
            unsafe msw_log_server(
                cString(file), Int32(clamping: line), moduleIndex, level.rawValue, 0, nil, text)
        }
    }
}

private func cString(_ text: StaticString) -> UnsafePointer<CChar>? {
    guard text.hasPointerRepresentation else { return nil }
    // SAFETY: a StaticString with a pointer is immortal and ends with NUL.
    return unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// Splits a text into log lines, because httpd would write a line break as "\n".
private func logLines(of text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: true).flatMap(\.partsForLog)
}

extension Substring {
    /// The text in parts that fit into httpd's line buffer of 8 KB together with the fields of
    /// `ErrorLogFormat`: httpd truncates longer lines without notice. A continued line is marked.
    fileprivate var partsForLog: [Substring] {
        // Fits even if each byte is written as "\xff".
        if utf8.count <= Self.longestPart / 4 { return [self] }
        var parts: [Substring] = []
        var (start, size) = (startIndex, 0)
        for index in unicodeScalars.indices {
            let length = unicodeScalars[index].lengthInLog
            if size + length > Self.longestPart {
                parts.append(self[start..<index])
                (start, size) = (index, 0)
            }
            size += length
        }
        parts.append(self[start...])
        return parts.indices.map { index in
            (index > 0 ? "... " : "") + parts[index] + (index < parts.count - 1 ? " ..." : "")
        }
    }

    private static var longestPart: Int { 6_000 }
}

extension Unicode.Scalar {
    /// The number of bytes that httpd writes for it: `ap_escape_errorlog_item` leaves printable
    /// ASCII unchanged.
    fileprivate var lengthInLog: Int {
        switch value {
        case 0x22, 0x5c, 0x08...0x0d: 2
        case 0x20...0x7e: 1
        default: 4 * UTF8.width(self)
        }
    }
}
