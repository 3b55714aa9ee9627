// SPDX-License-Identifier: Apache-2.0
//
// The output of a page. The page's code appends to it without a function call if there is space: a
// piece of the page's text costs a comparison and a copy of its bytes.

internal import Glibc
internal import PageParsing

// SAFETY: used only by the output that owns the memory, and by the page's text, which requests
// space first.
/// The position of the next byte of a page. Used by the code that the builder generates, not by
/// authors.
@_documentation(visibility: internal)
@safe @frozen public struct PagePosition {
    @usableFromInline var next: UnsafeMutablePointer<UInt8>
    /// The number of bytes up to the end of the memory.
    @usableFromInline var room: Int

    /// Writes a number below 10,000, for which there is space. Most numbers in pages are that
    /// small, and are written without a call of the library and without a loop.
    // SAFETY: the caller has checked that there is space for four bytes.
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

// SAFETY: the memory belongs to the object; code that has the pointer to the position also has a
// reference to the object.
/// The bytes that a page, and the templates that it runs, have written and that have not been
/// passed to httpd.
///
/// It belongs to a run of a page. Output after the end of the run is dropped.
@_documentation(visibility: internal)
@safe public final class PageOutput {
    /// At this size the buffered bytes are passed to httpd, and the buffer does not grow any
    /// further.
    private static let limit = 1 << 20
    private static let initialCapacity = 8 << 10

    let position: UnsafeMutablePointer<PagePosition>
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// The request of the response; nil after the run.
    private weak var request: Request?
    private var hasEnded = false
    /// The tag that is running, for errors.
    var place: (file: Int, line: Int, column: Int)?
    /// Whether bytes have been passed to httpd, and can no longer be discarded.
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

    /// The number of bytes that have not been passed to httpd.
    var count: Int { unsafe capacity - position.pointee.room }

    /// Discards the output after a position.
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

    /// Ends the run.
    func end() {
        hasEnded = true
        request = nil
        truncate(to: 0)
    }

    /// Makes space for a number of bytes.
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

    /// Writes data, escaped for a context.
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

    /// Writes markup in a place where its character references are decoded.
    func append(markup bytes: UnsafeBufferPointer<UInt8>) {
        inPieces(of: unsafe Span(_unsafeElements: bytes), HTMLEscaping.writeMarkup)
    }

    /// Writes a text in pieces, so that the space for its escaped form is limited.
    private func inPieces(
        of text: Span<UInt8>, _ write: (Span<UInt8>, inout OutputSpan<UInt8>) -> Void
    ) {
        var start = 0
        while start < text.count {
            var end = min(start + (16 << 10), text.count)
            // A piece ends between characters.
            while end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
            let room = (end - start) * HTMLEscaping.longestForm
            reserve(room)
            // SAFETY: there is space for that many bytes, and none of them is read before it is
            // written.
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
    /// Writes a page's output to the response; it must not be redirected to the page again.
    fileprivate func write(output bytes: UnsafeRawBufferPointer) {
        let page = stateIfAny?.page
        stateIfAny?.page = nil
        write(buffer: bytes)
        stateIfAny?.page = page
    }
}
