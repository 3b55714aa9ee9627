// SPDX-License-Identifier: Apache-2.0
//
// The content of an upload: in memory as long as it is small, then in a file without a name.

internal import SystemCalls

/// The content of an upload.
final class UploadContent {
    /// The file is written in parts of so many bytes: httpd hands out 8,000 at a time, and file systems
    /// take larger, aligned parts for much less. Linux finds 32 KiB of contiguous memory at once; for
    /// larger parts it takes up to three times as long where memory is fragmented.
    private static let partSize = 32 << 10

    private static let roomAtOnce = 128 << 10

    private let directory: String
    /// Whose pool closes the file.
    private let request: Request
    /// What has come and is in no file yet.
    private var bytes: [UInt8] = []
    private var file: NamelessFile?

    init(of request: Request, directory: String) {
        self.request = request
        self.directory = directory
    }

    var count: Int { (file?.size ?? 0) + bytes.count }

    var isInMemory: Bool { file == nil }

    /// Takes the next bytes.
    ///
    /// - Parameter room: How many bytes may stay in memory in addition to those that are there.
    func append(_ more: Span<UInt8>, room: Int) throws(FormError) {
        if isInMemory, more.count <= room {
            makeRoom(for: more.count, within: room)
            return bytes.append(borrowed: more)
        }
        let file = try openFile()
        if bytes.capacity < Self.partSize { bytes.reserveCapacity(Self.partSize) }
        var start = 0
        while true {
            // Several parts where the content was in memory until now.
            let missing = max(Self.partSize, bytes.count.roundedUp(to: Self.partSize)) - bytes.count
            guard more.count - start >= missing else { break }
            bytes.append(borrowed: more.extracting(start..<start + missing))
            start += missing
            try write(bytes.count, to: file)
            beginPart()
        }
        bytes.append(borrowed: more.extracting(start..<more.count))
    }

    /// What has more than one piece may be large, and an array that doubles copies all of it each time.
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

    /// The content is complete: what belongs into a file is written.
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

    /// The file, which is made where there is none.
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

    /// Writes bytes to a file, which has all of them or stays as it was.
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

/// Turns failed system calls into errors that handlers know.
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
