// SPDX-License-Identifier: Apache-2.0
//
// Names and values as bytes, for hot paths: reading copies, repairs and allocates nothing, and
// writing copies a value once, into httpd's memory. Names are literals where that is sufficient:
// httpd can keep a pointer to them.

extension Table {
    // MARK: Reading

    /// Calls body with the bytes of the first value with this name, without copying them.
    ///
    /// ```swift
    /// let isJSON = req.headersIn.withBytes(of: "Content-Type") { value in value?.count == 16 }
    /// ```
    ///
    /// - Parameters:
    ///   - name: A literal; case-insensitive.
    ///   - body: Called with nil if there is no such value. The bytes are borrowed for the call,
    ///     and are as the client sent them: they need not be UTF-8.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        of name: StaticString, _ body: (Span<UInt8>?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The compiler evaluates this check of a literal in the caller.
        guard name.hasPointerRepresentation else { return try body(nil) }
        // SAFETY: such a literal ends with NUL; the value lives at least as long as the table, and
        // self does for the call.
        let bytes = unsafe firstBytes(name.utf8Start)
        guard unsafe bytes.baseAddress != nil else { return try body(nil) }
        return try body(unsafe Span(_unsafeElements: bytes))
    }

    /// Calls body with the bytes of the first value with this name, without copying them.
    ///
    /// - Parameters:
    ///   - name: Case-insensitive.
    ///   - body: Called with nil if there is no such value. The bytes are borrowed for the call.
    @inlinable @_disfavoredOverload
    public func withBytes<Result, Failure: Error>(
        of name: String, _ body: (Span<UInt8>?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: the value lives at least as long as the table, and self does for the call.
        let bytes = firstBytes(name)
        guard unsafe bytes.baseAddress != nil else { return try body(nil) }
        return try body(unsafe Span(_unsafeElements: bytes))
    }

    // SAFETY: only the functions above call it, for the duration of a call.
    @usableFromInline
    func firstBytes(_ name: UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        unsafe live.firstBytes(name)
    }

    // SAFETY: only the functions above call it, for the duration of a call.
    @usableFromInline
    @safe func firstBytes(_ name: String) -> UnsafeBufferPointer<UInt8> {
        unsafe live.firstBytes(name)
    }

    /// Calls body with the bytes of each value with this name, in order.
    ///
    /// - Parameters:
    ///   - name: Case-insensitive.
    ///   - body: Called with a value, borrowed for the call. The values are those at the first
    ///     call, whatever body does to the table.
    public func forEachValue<Failure: Error>(
        of name: String, _ body: (Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        for entry in live.elements(named: name).entries {
            // SAFETY: the value lives at least as long as the table, and self does for the call.
            let value = unsafe bytes(entry.value)
            try body(unsafe Span(_unsafeElements: value))
        }
    }

    /// Calls body with the bytes of each name and its value, in order.
    ///
    /// - Parameter body: Called with both, borrowed for the call. The entries are those at the
    ///   first call, whatever body does to the table.
    public func forEachField<Failure: Error>(
        _ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        for entry in live.elements.entries {
            // SAFETY: both live at least as long as the table, and self does for the call.
            let (name, value) = unsafe (bytes(entry.name), bytes(entry.value))
            try body(unsafe Span(_unsafeElements: name), unsafe Span(_unsafeElements: value))
        }
    }

    // MARK: Writing

    /// Replaces all values with this name by bytes. `apr_table_setn`.
    ///
    /// - Parameters:
    ///   - name: A literal.
    ///   - value: Copied; it need not be UTF-8.
    /// - Throws: ``RefusedValue`` if name or value contains NUL, CR or LF, or the name is empty.
    public func set(_ name: StaticString, bytes value: borrowing RawSpan) throws {
        if let refused = reasonToRefuse("\(name)", count: name.utf8CodeUnitCount, text(of: value)) {
            throw refusal(name, refused)
        }
        if !live.set(name, BorrowedBytes(value)) { throw refusal(name) }
    }

    /// Replaces all values with this name by bytes; see ``set(_:bytes:)-(StaticString,_)``.
    public func set(_ name: StaticString, bytes value: borrowing Span<UInt8>) throws {
        // SAFETY: bytes have no alignment.
        unsafe try set(name, bytes: value.bytes)
    }

    /// Replaces all values with this name by bytes; see ``set(_:bytes:)-(StaticString,_)``.
    public func set(_ name: StaticString, bytes value: [UInt8]) throws {
        // SAFETY: bytes have no alignment.
        unsafe try set(name, bytes: value.span.bytes)
    }

    /// Replaces all values with this name by a literal; see ``set(_:bytes:)-(StaticString,_)``.
    public func set(_ name: StaticString, bytes value: StaticString) throws {
        if let refused = reasonToRefuse("\(name)", count: name.utf8CodeUnitCount, "\(value)") {
            throw refusal(name, refused)
        }
        guard let value = BorrowedBytes(value), live.set(name, value) else { throw refusal(name) }
    }

    /// Replaces all values with this name by bytes; see ``set(_:bytes:)-(StaticString,_)``.
    @_disfavoredOverload
    public func set(_ name: String, bytes value: borrowing RawSpan) throws {
        if let refused = reasonToRefuse(name, count: name.utf8.count, text(of: value)) {
            throw RefusedValue(place: place, name: name, reason: refused)
        }
        if !live.set(name, BorrowedBytes(value)) { throw RefusedValue(place: place, name: name) }
    }

    /// Appends a value as bytes, keeping those with the same name. `apr_table_addn`.
    ///
    /// A rejected value is handled as by ``subscript(_:file:line:)``.
    ///
    /// - Parameters:
    ///   - name: A literal.
    ///   - value: Copied; it need not be UTF-8.
    ///   - file: The caller's file, for the log.
    ///   - line: The caller's line, for the log.
    public func add(
        _ name: StaticString, bytes value: borrowing RawSpan,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        if let refused = reasonToRefuse(
            "\(name)", count: name.utf8CodeUnitCount, text(of: value), adds: true)
        {
            return refuse("\(name)", refused, file, line)
        }
        if !live.add(name, BorrowedBytes(value)) { refuse("\(name)", nil, file, line) }
    }

    /// Appends a value as bytes; see ``add(_:bytes:file:line:)-(StaticString,_,_,_)``.
    public func add(
        _ name: StaticString, bytes value: borrowing Span<UInt8>,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        // SAFETY: bytes have no alignment.
        unsafe add(name, bytes: value.bytes, file: file, line: line)
    }

    /// Appends a value as bytes; see ``add(_:bytes:file:line:)-(StaticString,_,_,_)``.
    public func add(
        _ name: StaticString, bytes value: [UInt8],
        file: StaticString = #fileID, line: UInt = #line
    ) {
        // SAFETY: bytes have no alignment.
        unsafe add(name, bytes: value.span.bytes, file: file, line: line)
    }

    /// Appends a literal; see ``add(_:bytes:file:line:)-(StaticString,_,_,_)``.
    public func add(
        _ name: StaticString, bytes value: StaticString,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        if let refused = reasonToRefuse(
            "\(name)", count: name.utf8CodeUnitCount, "\(value)", adds: true)
        {
            return refuse("\(name)", refused, file, line)
        }
        guard let value = BorrowedBytes(value), live.add(name, value) else {
            return refuse("\(name)", nil, file, line)
        }
    }

    /// Appends a value as bytes; see ``add(_:bytes:file:line:)-(StaticString,_,_,_)``.
    @_disfavoredOverload
    public func add(
        _ name: String, bytes value: borrowing RawSpan,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        if let refused = reasonToRefuse(name, count: name.utf8.count, text(of: value), adds: true) {
            return refuse(name, refused, file, line)
        }
        if !live.add(name, BorrowedBytes(value)) { refuse(name, nil, file, line) }
    }

    @inline(never)
    private func refusal(_ name: StaticString, _ reason: String? = nil) -> RefusedValue {
        RefusedValue(place: place, name: "\(name)", reason: reason)
    }

    private func text(of value: borrowing RawSpan) -> String {
        // SAFETY: the bytes are borrowed for the call.
        unsafe value.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
