// SPDX-License-Identifier: Apache-2.0
//
// The content of an upload: in memory while it is small, then in a file without a name.

internal import SystemCalls

/// The content of an upload.
final class UploadContent {
    /// The size of the parts in which the file is written: httpd returns 8,000 bytes at a time, and
    /// file systems take larger, aligned parts at a much lower cost. Linux finds 32 KiB of
    /// contiguous memory at once; for larger parts it takes up to three times as long if memory is
    /// fragmented.
    private static let partSize = 32 << 10

    private static let roomAtOnce = 128 << 10

    private let directory: String
    /// The request whose pool closes the file.
    private let request: Request
    /// The content that has arrived and is in no file yet.
    private var bytes: [UInt8] = []
    private var file: NamelessFile?

    init(of request: Request, directory: String) {
        self.request = request
        self.directory = directory
    }

    var count: Int { (file?.size ?? 0) + bytes.count }

    var isInMemory: Bool { file == nil }

    /// Appends the next bytes of the content.
    ///
    /// - Parameter room: The number of further bytes that may be kept in memory.
    func append(_ more: Span<UInt8>, room: Int) throws(FormError) {
        if isInMemory, more.count <= room {
            makeRoom(for: more.count, within: room)
            return bytes.append(borrowed: more)
        }
        let file = try openFile()
        if bytes.capacity < Self.partSize { bytes.reserveCapacity(Self.partSize) }
        var start = 0
        while true {
            // The bytes are those of several parts if the content has been in memory until now.
            let missing = max(Self.partSize, bytes.count.roundedUp(to: Self.partSize)) - bytes.count
            guard more.count - start >= missing else { break }
            bytes.append(borrowed: more.extracting(start..<start + missing))
            start += missing
            try write(bytes.count, to: file)
            beginPart()
        }
        bytes.append(borrowed: more.extracting(start..<more.count))
    }

    /// Reserves memory: content with more than one piece may be large, and an array that grows by
    /// doubling copies all of it each time.
    private func makeRoom(for count: Int, within room: Int) {
        guard !bytes.isEmpty, bytes.capacity - bytes.count < count else { return }
        bytes.reserveCapacity(
            bytes.count + max(count, min(room, max(bytes.count, Self.roomAtOnce))))
    }

    private func beginPart() {
        if bytes.capacity <= 2 * Self.partSize { return bytes.removeAll(keepingCapacity: true) }
        bytes = []
        bytes.reserveCapacity(Self.partSize)
    }

    /// Writes the rest of the content if it belongs in a file.
    func finish() throws(FormError) {
        guard let file, !bytes.isEmpty else { return }
        try write(bytes.count, to: file)
        bytes = []
    }

    private func write(_ count: Int, to file: NamelessFile) throws(FormError) {
        let bytes = bytes
        do throws(SystemError) {
            try file.append(bytes.span.extracting(0..<count))
        } catch {
            throw .spool(error)
        }
    }

    /// Returns the file; creates it if there is none.
    private func openFile() throws(FormError) -> NamelessFile {
        if let file {
            checkOpen(file)
            return file
        }
        do throws(SystemError) {
            let file = try NamelessFile(in: directory)
            request.live.closeAtEnd(file)
            self.file = file
            return file
        } catch {
            throw .spool(error)
        }
    }

    func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) throws -> Result {
        guard let file else {
            let bytes = bytes
            return try body(bytes.span)
        }
        checkOpen(file)
        return try withServerErrors { try file.withBytes(body) }
    }

    func withFileDescriptor<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        let file = try openFile()
        try finish()
        return try body(file.descriptor)
    }

    func save(to path: String, isReplacing: Bool) throws {
        guard let file else {
            return try Self.save(bytes, to: path, isReplacing: isReplacing)
        }
        checkOpen(file)
        try withServerErrors { try file.save(to: path, isReplacing: isReplacing) }
    }

    /// Writes bytes to a file, which afterwards either has all of them or is unchanged.
    static func save(_ bytes: [UInt8], to path: String, isReplacing: Bool) throws {
        try withServerErrors {
            try NamelessFile.save(bytes, to: path, isReplacing: isReplacing)
        }
    }

    private func checkOpen(_ file: NamelessFile) {
        if file.descriptor < 0 {
            stop(
                "An upload was used after its request had ended. Save it while it is being handled."
            )
        }
    }
}

/// Converts errors of system calls into errors for handlers.
func withServerErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as SystemError {
        throw ServerError(error.code, operation: error.operation, detail: error.path)
    }
}

extension Int {
    fileprivate func roundedUp(to step: Int) -> Int { (self + step - 1) / step * step }
}
