// SPDX-License-Identifier: Apache-2.0
//
// What a page writes. The code of a page appends to it without a call where there is room: a piece of
// the page's text costs a comparison and the copying of its bytes.

internal import Glibc
internal import PageParsing

// SAFETY: only the output that has the memory, and the page's text, which asks for room first, use it.
/// Where the next byte of a page goes. Used by the code that the builder generates, not by authors.
@_documentation(visibility: internal)
@safe @frozen public struct PagePosition {
    @usableFromInline var next: UnsafeMutablePointer<UInt8>
    /// Bytes up to the end of the memory.
    @usableFromInline var room: Int

    /// Writes a number below 10,000, for which there is room. Most numbers of pages are that small, and
    /// are written without a call of the library and without a loop.
    // SAFETY: the caller has seen that there is room for four bytes.
    @_alwaysEmitIntoClient @inline(never)
    mutating func append(digits number: UInt32) {
        let tens = number / 10
        guard tens > 0 else {
            unsafe next.pointee = 48 + UInt8(truncatingIfNeeded: number)
            return advance(by: 1)
        }
        let ones = 48 + UInt8(truncatingIfNeeded: number - tens * 10)
        guard tens >= 10 else {
            unsafe next.pointee = 48 + UInt8(truncatingIfNeeded: tens)
            unsafe next[1] = ones
            return advance(by: 2)
        }
        let hundreds = tens / 10
        let middle = 48 + UInt8(truncatingIfNeeded: tens - hundreds * 10)
        guard hundreds >= 10 else {
            unsafe next.pointee = 48 + UInt8(truncatingIfNeeded: hundreds)
            unsafe next[1] = middle
            unsafe next[2] = ones
            return advance(by: 3)
        }
        let thousands = hundreds / 10
        unsafe next.pointee = 48 + UInt8(truncatingIfNeeded: thousands)
        unsafe next[1] = 48 + UInt8(truncatingIfNeeded: hundreds - thousands * 10)
        unsafe next[2] = middle
        unsafe next[3] = ones
        advance(by: 4)
    }

    @_alwaysEmitIntoClient @inline(__always)
    mutating func advance(by count: Int) {
        unsafe next += count
        room -= count
    }
}

// SAFETY: the memory belongs to the object; whoever has the pointer to the position has a reference to
// the object as well.
/// The bytes that a page, and the templates that it runs, have written and httpd has not been given.
///
/// It belongs to a run of a page. What is written when the run is over goes nowhere.
@_documentation(visibility: internal)
@safe public final class PageOutput {
    /// At this size the buffered bytes are passed to httpd, and the buffer does not grow any
    /// further.
    private static let limit = 1 << 20
    private static let initialCapacity = 8 << 10

    let position: UnsafeMutablePointer<PagePosition>
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Whose response it is; nil when the run is over.
    private weak var request: Request?
    private var hasEnded = false
    /// The tag that runs, for errors.
    var place: (file: Int, line: Int, column: Int)?
    /// Whether bytes have gone to httpd, which cannot be taken back.
    private(set) var hasPassedOn = false

    init(_ request: Request) {
        self.request = request
        capacity = Self.initialCapacity
        unsafe memory = Self.allocate(Self.initialCapacity)
        unsafe position = .allocate(capacity: 1)
        unsafe position.initialize(to: PagePosition(next: memory, room: Self.initialCapacity))
    }

    deinit {
        unsafe free(memory)
        unsafe position.deallocate()
    }

    /// The number of bytes that httpd was not given yet.
    var count: Int { unsafe capacity - position.pointee.room }

    /// Forgets what was written after a moment.
    func truncate(to count: Int) {
        unsafe position.pointee.next = memory + min(count, self.count)
        unsafe position.pointee.room = unsafe capacity - (position.pointee.next - memory)
    }

    /// Passes the buffered bytes to httpd.
    func passOn() {
        let count = count
        truncate(to: 0)
        guard count > 0, !hasEnded, let request else { return }
        hasPassedOn = true
        unsafe request.write(output: UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// The run is over.
    func end() {
        hasEnded = true
        request = nil
        truncate(to: 0)
    }

    /// Makes room for a number of bytes.
    @inline(never)
    public func grow(by count: Int) {
        if hasEnded { truncate(to: 0) } else if self.count >= Self.limit { passOn() }
        guard unsafe position.pointee.room < count else { return }
        let used = self.count
        capacity = max(capacity * 2, used + count)
        unsafe memory = Self.allocate(capacity, memory)
        unsafe position.pointee = PagePosition(next: memory + used, room: capacity - used)
    }

    private static func allocate(
        _ count: Int, _ memory: UnsafeMutablePointer<UInt8>? = nil
    ) -> UnsafeMutablePointer<UInt8> {
        guard let larger = unsafe realloc(memory, count) else {
            stop("There is no memory for a page's \(count) bytes.")
        }
        return unsafe larger.assumingMemoryBound(to: UInt8.self)
    }

    // MARK: Writing

    func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        guard let start = bytes.baseAddress else { return }
        unsafe memcpy(position.pointee.next, start, bytes.count)
        advance(by: bytes.count)
    }

    /// Writes data in the form of a context.
    func append(_ bytes: UnsafeBufferPointer<UInt8>, _ context: HTMLContext) {
        let text = unsafe Span(_unsafeElements: bytes)
        switch context {
        case .raw: return unsafe append(UnsafeRawBufferPointer(bytes))
        case .text, .attribute:
            if HTMLEscaping.isPlain(text) { return unsafe append(UnsafeRawBufferPointer(bytes)) }
        case .url, .urlList:
            guard HTMLEscaping.mayBeURL(text) else {
                var refused = HTMLEscaping.refusedURL
                return refused.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
            }
        default: break
        }
        var escaping = HTMLEscaping(context)
        inPieces(of: text) { piece, output in escaping.write(piece, to: &output) }
    }

    /// Writes markup where its character references mean what they say.
    func append(markup bytes: UnsafeBufferPointer<UInt8>) {
        inPieces(of: unsafe Span(_unsafeElements: bytes), HTMLEscaping.writeMarkup)
    }

    /// Has a text written in pieces, so that the room for the longest form of it is bounded.
    private func inPieces(
        of text: Span<UInt8>, _ write: (Span<UInt8>, inout OutputSpan<UInt8>) -> Void
    ) {
        var start = 0
        while start < text.count {
            var end = min(start + (16 << 10), text.count)
            // Between characters.
            while end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
            let room = (end - start) * HTMLEscaping.longestForm
            reserve(room)
            // SAFETY: there is room for as many bytes, of which no value depends on what they hold.
            let buffer = unsafe UnsafeMutableBufferPointer(
                start: position.pointee.next, count: room)
            var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            write(text.extracting(start..<end), &output)
            let written = unsafe output.finalize(for: buffer)
            advance(by: written)
            start = end
        }
    }

    func append(decimal number: Int) {
        reserve(20)
        var rest = number.magnitude
        var count = number < 0 ? 1 : 0
        repeat {
            count += 1
            rest /= 10
        } while rest > 0
        var digits = number.magnitude
        var place = unsafe position.pointee.next + count
        repeat {
            unsafe place -= 1
            unsafe place.pointee = 48 + UInt8(truncatingIfNeeded: digits % 10)
            digits /= 10
        } while digits > 0
        if number < 0 { unsafe position.pointee.next.pointee = UInt8(ascii: "-") }
        advance(by: count)
    }

    @inline(__always)
    private func reserve(_ count: Int) {
        if unsafe position.pointee.room < count { grow(by: count) }
    }

    @inline(__always)
    private func advance(by count: Int) {
        unsafe position.pointee.next += count
        unsafe position.pointee.room -= count
    }
}

extension Request {
    /// Bytes of a page's output, which may not come back to it.
    fileprivate func write(output bytes: UnsafeRawBufferPointer) {
        let page = stateIfAny?.page
        stateIfAny?.page = nil
        write(buffer: bytes)
        stateIfAny?.page = page
    }
}
