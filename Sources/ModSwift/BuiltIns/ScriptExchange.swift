// SPDX-License-Identifier: Apache-2.0
//
// Connects one request with the process of a script: the body to its standard input, its standard
// output to the client, its standard error to the log, all at the same time.

internal import SystemCalls

final class ScriptExchange {
    /// The maximum length of a header, in bytes.
    private static let headerLimit = 128 << 10
    /// The time without further output after which the output so far is sent to the client, in
    /// milliseconds.
    private static let flushDelay: Int32 = 20
    /// The time that a script gets to exit after the end of its output, in milliseconds; after that
    /// the response ends without waiting for it. Then the time that it gets afterwards.
    private static let endDelay: Int32 = 50
    private static let afterwards: Int32 = 3000

    private let request: Request
    private let process: ScriptProcess
    private let source: String
    private var header: [UInt8] = []
    private var hasHeader = false
    /// Whether the script's output is discarded because the client gets another response.
    private var discards = false
    private var isUnflushed = false
    private var errorLines = ScriptErrorLines()
    /// The time at which the script is given up unless there is I/O before.
    private var idleEnd: MonotonicTime
    private let idleSeconds: Double

    init(_ request: Request, _ process: ScriptProcess, _ source: String) {
        self.request = request
        self.process = process
        self.source = source
        idleSeconds = request.live.server?.timeout ?? 60
        idleEnd = .now.advanced(bySeconds: idleSeconds)
    }

    /// Transfers everything.
    ///
    /// - Throws: ``HandlerFailure``, ``Status``, ``ClientGone``.
    func run() throws -> Status {
        do {
            try sendBody()
            while process.isWriting { try step(nil) }
            if !hasHeader {
                // `print` buffers its output until the end, which a trap does not reach: the cause
                // is the trap, not the missing header.
                if process.hasEnded(within: Self.endDelay) { try throwIfBroken() }
                try takeHeader(upTo: header.count)
            }
            return try finish()
        } catch {
            process.stop()
            logErrors()
            throw error
        }
    }

    // MARK: To the script

    private func sendBody() throws {
        let record = request.live
        let reader = request.reader
        while process.isReading, process.isWriting, try reader.hasPiece(from: record) {
            var written = 0
            while process.isReading, process.isWriting {
                let count = try reader.withPiece { $0.count }
                if written == count { break }
                try step { [process] in
                    written += try reader.withPiece { piece in
                        process.write(piece.extracting(written...))
                    }
                }
            }
            try reader.dropPiece(from: record)
        }
        process.closeInput()
    }

    /// Waits for events and handles them.
    private func step(_ write: (() throws -> Void)?) throws {
        let events = process.wait(
            milliseconds: isUnflushed ? Self.flushDelay : try patience(), writing: write != nil)
        if events.isLate {
            if isUnflushed {
                isUnflushed = false
                try request.flush()
            }
            try throwIfLate()
            return
        }
        idleEnd = .now.advanced(bySeconds: idleSeconds)
        if events.hasErrors { process.readErrors { errorLines.add($0, log) } }
        if events.canRead { try process.readOutput(take) }
        if events.canWrite { try write?() }
    }

    // MARK: Time

    /// Returns the time to wait for the script before checking the time limits and the client
    /// again, in milliseconds.
    private func patience() throws -> Int32 {
        let now = MonotonicTime.now
        let end = min(idleEnd, TimedCall.current?.deadline ?? idleEnd)
        return Int32(
            clamping: max(0, min(1000, (end.nanoseconds - now.nanoseconds) / 1_000_000 + 1)))
    }

    private func throwIfLate() throws {
        let now = MonotonicTime.now
        if let call = TimedCall.current, now >= call.deadline {
            throw HandlerFailure.timedOut(call.limit)
        }
        guard now < idleEnd else {
            throw HandlerFailure.scriptIsSilent(source, seconds: idleSeconds)
        }
        if request.isClientGone { throw ClientGone() }
    }

    // MARK: From the script

    private func take(_ bytes: Span<UInt8>) throws {
        if hasHeader { return try send(bytes) }
        let searched = max(0, header.count - 3)
        for index in bytes.indices { header.append(bytes[index]) }
        if let end = header.headerEnd(from: searched) {
            try takeHeader(upTo: end)
        } else if header.count > Self.headerLimit {
            try takeHeader(upTo: header.count)
        }
    }

    private func send(_ bytes: Span<UInt8>) throws {
        guard !discards, !bytes.isEmpty else { return }
        request.write(bytes)
        isUnflushed = true
        try request.throwIfOutputEnded()
    }

    /// Makes httpd parse the header; the bytes after it belong to the body.
    private func takeHeader(upTo end: Int) throws {
        hasHeader = true
        let record = request.live
        let status = record.scanScriptHeader(Array(header[..<end]))
        guard status == 0 else { throw Status(rawValue: Int(status)) }
        // A client would take what follows an interim status for the response.
        guard record.status >= 200 else {
            throw HandlerFailure.scriptHasNoResponse(source, status: Int(record.status))
        }
        // httpd decides how the body is sent.
        record.headersOut.remove("Transfer-Encoding")
        // The client does not get the body of a redirect.
        discards = record.status == 200 && record.headersOut.first("Location") != nil
        let body = Array(header[end...])
        header = []
        try send(body.span)
    }

    // MARK: The end

    private func finish() throws -> Status {
        // Usually the process exits right after its output.
        if process.hasEnded(within: Self.endDelay) {
            try throwIfBroken()
        } else {
            request.registerCleanup { [self] in endLater() }
        }
        logErrors()
        let record = request.live
        guard discards, let location = record.headersOut.first("Location") else { return .ok }
        guard location.hasPrefix("/") else { return .movedTemporarily }
        record.becomeGet()
        try request.internalRedirect(location)
        return .ok
    }

    /// Gives the script up to three seconds to exit after the response is complete.
    private func endLater() {
        let end = MonotonicTime.now.advanced(bySeconds: Double(Self.afterwards) / 1000)
        while !process.hasEnded(within: 20), MonotonicTime.now < end {
            drainErrors()
        }
        process.stop()
        logErrors()
    }

    private func throwIfBroken() throws {
        switch process.end {
        case .signalled(let signal): throw HandlerFailure.scriptEnded(source, bySignal: signal)
        case .exited(let code) where code != 0:
            request.live.log("MSW0774: \(source) ended with \(code)", level: .warning)
        default: break
        }
    }

    // MARK: Its standard error

    private func drainErrors() {
        while process.wait(milliseconds: 0, writing: false).hasErrors {
            process.readErrors { errorLines.add($0, log) }
        }
    }

    private func logErrors() {
        drainErrors()
        errorLines.finish(log)
    }

    private func log(_ line: String) {
        request.live.log("MSW0773: \(source): \(line)", level: .error)
    }
}

/// Splits the bytes of a script's standard error into lines.
struct ScriptErrorLines {
    private static let limit = 8192
    private var line: [UInt8] = []

    mutating func add(_ bytes: Span<UInt8>, _ log: (String) -> Void) {
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") || line.count == Self.limit { finish(log) }
            if bytes[index] != UInt8(ascii: "\n") { line.append(bytes[index]) }
        }
    }

    /// Logs the rest, which has no line break.
    mutating func finish(_ log: (String) -> Void) {
        guard !line.isEmpty else { return }
        log(String(decoding: line, as: UTF8.self))
        line = []
    }
}

extension [UInt8] {
    /// The start of the body, after an empty line; nil if there is no empty line yet.
    ///
    /// - Parameter start: The place where the search begins; no such line begins before it.
    fileprivate func headerEnd(from start: Int) -> Int? {
        var index = start
        while index < count {
            guard self[index] == UInt8(ascii: "\n") else {
                index += 1
                continue
            }
            if index == 0 || index == 1 && self[0] == UInt8(ascii: "\r") { return index + 1 }
            if index + 1 < count, self[index + 1] == UInt8(ascii: "\n") { return index + 2 }
            if index + 2 < count, self[index + 1] == UInt8(ascii: "\r"),
                self[index + 2] == UInt8(ascii: "\n")
            {
                return index + 3
            }
            index += 1
        }
        return nil
    }
}
