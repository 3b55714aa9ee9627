// SPDX-License-Identifier: Apache-2.0
//
// A trap in handler code ends its call, not the process. Resources held at that moment (memory, its
// own locks) stay held: its frames are left, not unwound.

internal import CTrapGuard

/// Calls handler code so that a trap in it is returned as an error.
enum TrapGuard {
    /// Determines in the parent the data that is the same in all children.
    static func prepareParent() { msw_guard_prepare() }

    /// Installs the signal handlers of a child.
    static func install(_ server: ServerRecord) {
        // SAFETY: C functions called from C; a trap is borrowed for the call.
        let error = unsafe msw_guard_install(msw_write_crash_message) { trap, tag in
            guard let trap = unsafe trap else { return }
            // SAFETY: the tag of a call is the address of its request line.
            let line =
                unsafe msw_is_connection_tag(tag) != 0
                ? nil : tag?.assumingMemoryBound(to: UnsafePointer<CChar>?.self).pointee
            unsafe TrapPolicy.suspended(
                Trap(trap), isInCall: msw_guard_is_inside() != 0, text(line))
        }
        CallSample.install()
        msw_keep_last_words()
        if error != 0 {
            server.log(failureMessage(error), level: .warning)
        }
    }

    /// The log message for a signal handler that the system refuses.
    static func failureMessage(_ error: Int32) -> String {
        "MSW0402: traps cannot be contained: \(errorText(error)); each ends its child"
    }

    /// Calls a handler of a request. Every request makes this call, so it allocates nothing and
    /// counts no references.
    ///
    /// - Throws: The handler's error, as converted by ``HandlerFailure/contained(_:)``; ``Trap``.
    @inline(__always)
    static func callHandler(_ loaded: Immortal<LoadedHandler>, _ request: Request) throws -> Status
    {
        var call = RequestCall(loaded, request)
        // SAFETY: the call is on this stack while the C function runs; no code keeps a pointer to
        // it.
        let trapped = unsafe withUnsafeMutablePointer(to: &call) { call in
            unsafe msw_guard_call(
                { unsafe $0?.assumingMemoryBound(to: RequestCall.self).pointee.run() }, call,
                request.live.requestLineField)
        }
        if trapped != 0 { throw Trap.last }
        if let error = call.error { throw error }
        return call.status
    }

    /// Calls any other code of an author.
    ///
    /// - Parameters:
    ///   - subject: Describes the call in the report of a fault.
    ///   - body: Calls the code; a trap also interrupts the rest of body.
    /// - Throws: The code's error, as converted by ``HandlerFailure/contained(_:)``; ``Trap``.
    static func call<Result>(
        for subject: CallSubject, _ body: @escaping () throws -> Result
    ) throws -> Result {
        var outcome: Swift.Result<Result, any Error>?
        var call: () -> Void = {
            do {
                outcome = .success(try body())
            } catch {
                outcome = .failure(HandlerFailure.contained(error))
            }
        }
        // SAFETY: the closure is on this stack while the C function runs.
        let trapped = unsafe withUnsafeMutablePointer(to: &call) { call in
            unsafe msw_guard_call(
                { unsafe $0?.assumingMemoryBound(to: (() -> Void).self).pointee() }, call,
                subject.guardTag)
        }
        guard trapped == 0, let outcome else { throw Trap.last }
        return try outcome.get()
    }

    /// Runs work once, and releases it and the values that it holds: both may run an author's code.
    ///
    /// - Parameter subject: Describes the call in the report of a fault.
    /// - Returns: The trap; nil if there was none.
    static func finish(_ work: OneShotWork, for subject: CallSubject) -> Trap? {
        let work = unsafe Unmanaged.passRetained(work).toOpaque()
        // SAFETY: the function takes over the only reference to the work.
        let trapped = unsafe msw_guard_call(
            { work in
                guard let work = unsafe work else { return }
                unsafe Unmanaged<OneShotWork>.fromOpaque(work).takeRetainedValue().run()
            }, work, subject.guardTag)
        return trapped != 0 ? Trap.last : nil
    }
}

/// Work to be run once and then released, or a value to be released. It holds the only reference.
final class OneShotWork {
    private var body: (() -> Void)?
    private var value: Any?

    init(_ body: @escaping () -> Void) { self.body = body }

    /// Takes a value to which its caller has no other reference; nil if there is none.
    init?(holding value: Any?) {
        guard let value else { return nil }
        self.value = value
    }

    /// Takes the last of some cleanups; nil if there is none.
    init?(lastOf cleanups: inout [() -> Void]) {
        guard !cleanups.isEmpty else { return nil }
        body = cleanups.removeLast()
    }

    /// Takes one of the values in a storage; nil if there is none.
    init?(oneOf storage: inout [ObjectIdentifier: Any]) {
        guard !storage.isEmpty else { return nil }
        value = storage.removeValue(forKey: storage.keys[storage.startIndex])
    }

    /// Runs the work after taking it out of the object: if it traps, it must not be released a
    /// second time.
    fileprivate func run() {
        _ = value.take()
        let body = body.take()
        body?()
    }
}

// SAFETY: the caller holds both objects while the call runs.
/// A call of a handler: its arguments and its result. Counts no references: a trap would leave the
/// counts too high, and counting would cost time in every call.
@safe private struct RequestCall {
    let loaded: Immortal<LoadedHandler>
    let request: Unmanaged<Request>
    var status = Status.ok
    var error: (any Error)?

    init(_ loaded: Immortal<LoadedHandler>, _ request: Request) {
        self.loaded = loaded
        unsafe self.request = .passUnretained(request)
    }

    @inline(__always)
    mutating func run() {
        do {
            status = try loaded.with { loaded in
                try unsafe request._withUnsafeGuaranteedRef { try loaded.requestBody($0) }
            }
        } catch {
            self.error = HandlerFailure.contained(error)
        }
    }
}

/// Handler code has trapped and was left.
struct Trap: Error {
    /// A description without the program's debug information.
    let summary: String
    /// The message of fatalError(), or of the runtime for a failed cast; nil if there was none.
    let words: String?
    /// The instruction that trapped, and the return addresses, innermost first; including those in
    /// this library and in httpd.
    let frames: [UInt]
    /// Whether it was left within the initialiser of a lazy global: its lock is held for ever here, and
    /// it would trap in every child.
    var isInLazyGlobal = false
    /// Whether it was left in a function of ``RuntimeLocks``.
    var holdsLock = false
    /// Whether it trapped on an actor, which stays locked for ever.
    var holdsActor = false

    /// The last trap of this thread.
    fileprivate static var last: Trap {
        // SAFETY: valid until the next trap of this thread.
        guard let trap = unsafe msw_guard_last_trap() else {
            return Trap(summary: "a check has failed", words: nil, frames: [])
        }
        let kind = unsafe trap.pointee.kind
        return unsafe Trap(
            trap, words: lastWords(isAbort: kind == MSW_TRAP_ABORT, isCheck: kind == MSW_TRAP_CHECK)
        )
    }

    /// The text that the current thread has printed, if that belongs to its trap.
    private static func lastWords(isAbort: Bool, isCheck: Bool) -> String? {
        guard let words = text(unsafe msw_take_last_words()) else { return nil }
        guard isCheck || isAbort else { return nil }
        let mark = "Fatal error: "
        let start = words.indices.first { words[$0...].hasPrefix(mark) }
        if let start {
            let message = words[start...].dropFirst(mark.count).prefix(400)
            return "a fatal error: " + printable(trimmed(message))
        }
        return isAbort ? printable(trimmed(words.prefix(400))) : nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension TrapGuard {
    /// Makes traps of the current thread record the executor of the task that it ran.
    static func noteExecutors() { msw_guard_note_executors() }

    /// The preferred executor of the task that trapped last on the current thread: that of a
    /// request or a connection, which wait for it.
    static var trappedExecutor: AnyObject? {
        // SAFETY: the task holds it, and never ends.
        unsafe msw_guard_trapped_executor().map {
            unsafe Unmanaged<AnyObject>.fromOpaque($0).takeUnretainedValue()
        }
    }
}

extension Trap {
    /// Creates it from the guard's C structure.
    fileprivate init(_ trap: UnsafePointer<msw_trap>, words: String? = nil) {
        self.words = words
        summary =
            switch unsafe trap.pointee.kind {
            case MSW_TRAP_STACK: "the stack is used up, as by recursion without end"
            case MSW_TRAP_ABORT: "the Swift runtime found an error"
            case MSW_TRAP_ARITHMETIC: "an arithmetic fault"
            default: "a check has failed"
            }
        // SAFETY: count is the number of frames that were filled in.
        frames = unsafe withUnsafeBytes(of: trap.pointee.frames) { bytes in
            unsafe Array(bytes.bindMemory(to: UInt.self).prefix(Int(trap.pointee.count)))
        }
        isInLazyGlobal = unsafe trap.pointee.is_in_global != 0
        holdsLock = unsafe trap.pointee.holds_lock != 0
    }

    /// Samples another thread of this process, as if it had trapped; nil if it does not respond.
    init?(lookingAt thread: ThreadNumber) {
        var sample = msw_thread_sample()
        // SAFETY: filled in by the call.
        guard unsafe msw_guard_sample_thread(thread.number, &sample, 500) != 0 else { return nil }
        unsafe self.init(&sample.trap)
    }
}

/// A thread, identified by the kernel's number.
struct ThreadNumber: Hashable, Sendable {
    let number: pid_t

    /// The current thread.
    static var current: ThreadNumber { ThreadNumber(number: gettid()) }
}

/// A thread-local word.
enum ThreadSlot {
    /// The object that it refers to; it holds no reference to it.
    static func object<Object: AnyObject>(_: Object.Type) -> Object? {
        // SAFETY: the code that sets the word clears it before the object is freed; its type is
        // always the same.
        unsafe msw_thread_slot().map {
            unsafe Unmanaged<Object>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// Whether handler code has run on the current thread before: httpd's listener runs none.
    static var isOfHandlers: Bool { msw_guard_knows_thread() != 0 }

    /// Records whether the current thread waits for its client, within a call of a handler.
    static func setWaiting(_ isWaiting: Bool) { msw_guard_set_waiting(isWaiting ? 1 : 0) }

    static func set(_ object: AnyObject?) {
        unsafe msw_set_thread_word(
            object.map { unsafe Unmanaged.passUnretained($0).toOpaque() })
    }
}
