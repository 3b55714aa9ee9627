// SPDX-License-Identifier: Apache-2.0
//
// The process of a CGI script, and its three pipes.

internal import CApache
internal import SystemCalls

// SAFETY: the memory passed to the calls is Swift's, borrowed for the call; the descriptors are this object's own.
/// A running CGI script: the leader of its own process group.
@safe final class ScriptProcess {
    private let id: pid_t
    /// -1 after it was closed.
    private var input: Int32
    private var output: Int32
    private var errors: Int32
    private(set) var end: ProcessEnd?

    /// Starts a script.
    ///
    /// - Parameters:
    ///   - program: The executable, open.
    ///   - record: The request, whose CGI variables are the environment.
    /// - Throws: ``SystemError``.
    init(_ program: Int32, script: String, for record: RequestRecord) throws {
        let inputs = try Self.pipe()
        let outputs: Ends
        let errors: Ends
        do {
            outputs = try Self.pipe()
            do { errors = try Self.pipe() } catch {
                outputs.closeBoth()
                throw error
            }
        } catch {
            inputs.closeBoth()
            throw error
        }
        defer {
            close(inputs.read)
            close(outputs.write)
            close(errors.write)
        }
        var start = unsafe msw_cgi_start()
        unsafe start.program = program
        unsafe start.input = inputs.read
        unsafe start.output = outputs.write
        unsafe start.errors = errors.write
        unsafe msw_cgi_limits(record.pointer, &start)
        var code: Int32 = 0
        id = unsafe record.withScriptTexts(script) { arguments, environment, directory in
            unsafe start.arguments = arguments
            unsafe start.environment = environment
            unsafe start.directory = directory
            return unsafe msw_cgi_spawn(&start, &code)
        }
        (input, output, self.errors) = (inputs.write, outputs.read, errors.read)
        guard id > 0 else { throw SystemError("run", script, code: code) }
        // A script that does not read its input must not block the thread.
        msw_cgi_do_not_block(input)
    }

    deinit {
        closeInput()
        closeOutput()
        if errors >= 0 { close(errors) }
    }

    private struct Ends {
        let read: Int32
        let write: Int32

        func closeBoth() {
            close(read)
            close(write)
        }
    }

    private static func pipe() throws -> Ends {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("pipe", "") }
        return Ends(read: ends[0], write: ends[1])
    }

    // MARK: Waiting

    /// The operations that are possible without waiting.
    struct Events {
        var canWrite = false
        var canRead = false
        var hasErrors = false
        /// Whether none of them became possible in time.
        var isLate: Bool { !canWrite && !canRead && !hasErrors }
    }

    /// Waits until an operation is possible.
    ///
    /// - Parameter writing: Whether there is something to write.
    func wait(milliseconds: Int32, writing: Bool) -> Events {
        // poll(2) ignores a negative descriptor.
        var files = [
            pollfd(fd: writing ? input : -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&files, 3, milliseconds) > 0 else { return Events() }
        return Events(
            canWrite: files[0].revents != 0, canRead: files[1].revents != 0,
            hasErrors: files[2].revents != 0)
    }

    var isReading: Bool { input >= 0 }
    var isWriting: Bool { output >= 0 }

    // MARK: Bytes

    /// Writes as much as the script accepts without blocking; closes its input if the script no
    /// longer reads it.
    ///
    /// - Returns: The number of bytes written.
    func write(_ bytes: borrowing Span<UInt8>) -> Int {
        guard input >= 0 else { return bytes.count }
        let file = input
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe msw_cgi_write(file, bytes.baseAddress, bytes.count)
        }
        if count >= 0 { return count }
        closeInput()
        return bytes.count
    }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    func closeOutput() {
        if output >= 0 { close(output) }
        output = -1
    }

    /// Reads from its standard output, and closes it at its end.
    func readOutput(_ body: (Span<UInt8>) throws -> Void) rethrows {
        if try !read(output, body) { closeOutput() }
    }

    /// Reads from its standard error, and closes it at its end.
    func readErrors(_ body: (Span<UInt8>) throws -> Void) rethrows {
        if try !read(errors, body) {
            close(errors)
            errors = -1
        }
    }

    /// Returns false at the end.
    private func read(_ file: Int32, _ body: (Span<UInt8>) throws -> Void) rethrows -> Bool {
        try unsafe withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { buffer in
            let count = unsafe msw_cgi_read(file, buffer.baseAddress, buffer.count)
            guard count > 0 else { return count < 0 }
            let bytes = unsafe UnsafeRawBufferPointer(
                rebasing: UnsafeRawBufferPointer(buffer)[..<count])
            try body(unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)))
            return true
        }
    }

    // MARK: End

    /// Waits for its end; passes on the data that it still writes to its standard error.
    ///
    /// - Returns: Whether it has ended.
    func hasEnded(within milliseconds: Int32) -> Bool {
        if end != nil { return true }
        var status: Int32 = 0
        guard unsafe msw_cgi_wait(id, milliseconds, &status) != 0 else { return false }
        end = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
        return true
    }

    /// Ends it, with all processes in its group: SIGTERM, three seconds later SIGKILL.
    func stop() {
        guard !hasEnded(within: 0) else { return }
        closeInput()
        closeOutput()
        kill(-id, SIGTERM)
        guard !hasEnded(within: 3000) else { return }
        kill(-id, SIGKILL)
        _ = hasEnded(within: 3000)
    }
}

/// An executable that is kept open, so that cleaning the cache does not remove it.
final class OpenProgram: Sendable {
    let descriptor: Int32

    /// - Throws: ``SystemError``.
    init(_ path: String) throws {
        // SAFETY: the path is borrowed for the call.
        descriptor = unsafe msw_cgi_open(path)
        guard descriptor >= 0 else { throw SystemError("open", path) }
    }

    deinit { close(descriptor) }
}
