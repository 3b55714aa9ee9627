// SPDX-License-Identifier: Apache-2.0
//
// The content of an upload: in memory as long as it is small, then in a file without a name.

internal import SystemCalls

/// The content of an upload.
final class UploadContent {
    private enum Storage {
        case memory([UInt8])
        case file(NamelessFile)
    }

    private let directory: String
    /// Whose pool closes the file.
    private let request: Request
    private var storage = Storage.memory([])

    init(of request: Request, directory: String) {
        self.request = request
        self.directory = directory
    }

    var count: Int {
        switch storage {
        case .memory(let bytes): bytes.count
        case .file(let file): file.size
        }
    }

    var isInMemory: Bool {
        if case .memory = storage { true } else { false }
    }

    /// Takes the next bytes.
    ///
    /// - Parameter mayStay: Whether there is room for them in memory.
    func append(_ bytes: Span<UInt8>, mayStay: Bool) throws(FormError) {
        if case .memory(var content) = storage, mayStay {
            storage = .memory([])
            content.append(borrowed: bytes)
            storage = .memory(content)
        } else {
            let file = try file()
            do throws(SystemError) {
                try file.append(bytes)
            } catch {
                throw .spool(error)
            }
        }
    }

    /// The file, which is made where there is none.
    private func file() throws(FormError) -> NamelessFile {
        switch storage {
        case .file(let file):
            checkOpen(file)
            return file
        case .memory(let bytes):
            do throws(SystemError) {
                let file = try NamelessFile(in: directory)
                request.live.closeAtEnd(file)
                try file.append(bytes.span)
                storage = .file(file)
                return file
            } catch {
                throw .spool(error)
            }
        }
    }

    func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) throws -> Result {
        switch storage {
        case .memory(let bytes): return try body(bytes.span)
        case .file(let file):
            checkOpen(file)
            return try withServerErrors { try file.withBytes(body) }
        }
    }

    func withFileDescriptor<Result>(_ body: (Int32) throws -> Result) throws -> Result {
        try body(try file().descriptor)
    }

    func save(to path: String, isReplacing: Bool) throws {
        switch storage {
        case .memory(let bytes): try Self.save(bytes, to: path, isReplacing: isReplacing)
        case .file(let file):
            checkOpen(file)
            try withServerErrors { try file.save(to: path, isReplacing: isReplacing) }
        }
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
