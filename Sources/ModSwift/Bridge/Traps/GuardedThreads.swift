// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import CTrapGuard

/// A thread that is running handler code, observed from another thread.
struct GuardedThread {
    let thread: ThreadNumber
    /// The number of its call; a later call may have the same number.
    let call: UInt
    /// Whether it trapped and is suspended for ever.
    let isSuspended: Bool

    /// All such threads of this process.
    static var all: [GuardedThread] {
        var threads = [msw_guarded_thread](repeating: msw_guarded_thread(), count: 4_096)
        // SAFETY: the function fills in exactly the number of elements that it returns.
        let count = unsafe threads.withUnsafeMutableBufferPointer {
            unsafe msw_guard_list_threads($0.baseAddress, Int32($0.count))
        }
        return threads.prefix(Int(count)).map {
            GuardedThread(
                thread: ThreadNumber(number: $0.thread), call: UInt($0.call),
                isSuspended: $0.is_suspended != 0)
        }
    }
}

/// A sample of a thread's call, which the thread takes itself in a signal handler.
struct CallSample: Equatable {
    /// The request line, "GET /x HTTP/1.1"; empty for a call without a request.
    let line: String
    let client: String
    /// The number of bytes sent to the client or received from it.
    private let moved: Int64
    private let subject: UInt
    private let began: Int64
    /// The client's socket.
    let descriptor: Int32?
    /// Whether it is an HTTP/2 stream, which shares the socket with others.
    let isStream: Bool
    /// Whether the thread is in httpd, or waits for its client: httpd's Timeout limits that.
    let isInHTTPD: Bool

    /// Samples a thread; its system call may end with EINTR.
    ///
    /// - Returns: Nil if it does not respond, or its call has ended.
    init?(of thread: ThreadNumber) {
        var sample = msw_thread_sample()
        // SAFETY: filled in by the call.
        guard unsafe msw_guard_sample_thread(thread.number, &sample, 500) != 0,
            sample.is_inside != 0
        else { return nil }
        let isInHTTPD = sample.is_in_httpd != 0 || sample.is_waiting != 0
        self.init(&sample.facts, isInHTTPD: isInHTTPD)
    }

    /// Returns the sample of a suspended thread.
    init?(ofSuspended thread: ThreadNumber) {
        var sample = msw_thread_sample()
        // SAFETY: the call fills in exactly the bytes of the field.
        let isFound = unsafe withUnsafeMutableBytes(of: &sample.facts) {
            unsafe msw_guard_read_suspended(thread.number, $0.baseAddress)
        }
        guard isFound != 0 else { return nil }
        self.init(&sample.facts, isInHTTPD: false)
    }

    private init<Bytes>(_ bytes: inout Bytes, isInHTTPD: Bool) {
        // SAFETY: the reader has written this structure there, or all bytes are 0.
        let facts = unsafe withUnsafeBytes(of: &bytes) { unsafe $0.load(as: msw_call_facts.self) }
        line = text(inArray: unsafe facts.line)
        client = text(inArray: unsafe facts.client)
        moved = unsafe facts.moved
        subject = unsafe UInt(bitPattern: facts.subject)
        began = unsafe facts.began
        descriptor = unsafe facts.subject == nil || facts.descriptor < 0 ? nil : facts.descriptor
        isStream = unsafe facts.is_stream != 0
        self.isInHTTPD = isInHTTPD
    }

    /// Makes the guard's samples include requests and connections.
    static func install() {
        // SAFETY: C functions called from C; the header asserts that the structure fits.
        unsafe msw_guard_set_reader { tag, facts in
            let isConnection = unsafe msw_is_connection_tag(tag)
            let address = UInt(bitPattern: tag) & ~UInt(MSW_CONNECTION_TAG)
            unsafe msw_read_call_facts(
                UnsafeMutableRawPointer(bitPattern: address), isConnection,
                facts?.assumingMemoryBound(to: msw_call_facts.self))
        }
    }
}

/// The sockets of this child's clients.
enum ClientSockets {
    static var open: Set<Int32> {
        Set((0..<msw_descriptor_limit()).filter { msw_is_client($0) != 0 })
    }

    /// Shuts down a connection for its client.
    static func shutDown(_ descriptor: Int32) { msw_shut_down(descriptor) }
}

extension CallSubject {
    /// The tag that identifies a guarded call in signal handlers; nil for a call with neither a
    /// request nor a connection.
    var guardTag: UnsafeMutableRawPointer? {
        switch self {
        case .request(let record): return unsafe record.requestLineField
        case .connection(let record):
            // SAFETY: records are aligned; the bit is removed before the address is used.
            return unsafe UnsafeMutableRawPointer(
                bitPattern: UInt(bitPattern: record.pointer) | UInt(MSW_CONNECTION_TAG))
        case .child: return nil
        }
    }
}

/// Returns the text in a C array, up to a NUL or the end of the array.
func text<Characters>(inArray characters: Characters) -> String {
    // SAFETY: a C array has no padding.
    unsafe withUnsafeBytes(of: characters) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
