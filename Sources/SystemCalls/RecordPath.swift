// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// DIRECTORY/LAST/NAME, where LAST is the last two bytes of the name: the path of a file of which
/// there may be many.
///
/// It is built on the stack for each system call, which takes less time than a `String`.
package struct RecordPath: Sendable {
    private let directory: String
    private let name: String

    /// - Parameter name: ASCII, without slashes.
    package init(_ name: String, in directory: String) {
        self.directory = directory
        self.name = name
    }

    /// The path as text, for rare uses.
    package var text: String { unsafe withCStrings { path, _ in unsafe String(cString: path) } }

    /// Calls body with the path, and with the path of a draft: the same with ".new" appended.
    func withCStrings<Result>(
        _ body: (_ path: UnsafePointer<CChar>, _ draft: UnsafePointer<CChar>) -> Result
    ) -> Result {
        var (directory, name) = (directory, name)
        let size = directory.utf8.count + name.utf8.count + 5
        let ending: StaticString = ".new"
        // SAFETY: there is space for both paths, because their lengths are counted here.
        return unsafe withUnsafeTemporaryAllocation(
            of: CChar.self, capacity: 2 * size + ending.utf8CodeUnitCount
        ) { buffer in
            guard let path = buffer.baseAddress else {
                preconditionFailure("An allocation that is not empty has an address")
            }
            var end = unsafe path
            directory.withUTF8 { unsafe Self.append($0.baseAddress, $0.count, to: &end) }
            unsafe end.pointee = CChar(UInt8(ascii: "/"))
            unsafe end += 1
            name.withUTF8 { name in
                let last = min(name.count, 2)
                unsafe Self.append(
                    name.baseAddress.map { unsafe $0 + name.count - last }, last, to: &end)
                unsafe end.pointee = CChar(UInt8(ascii: "/"))
                unsafe end += 1
                unsafe Self.append(name.baseAddress, name.count, to: &end)
            }
            unsafe end.pointee = 0
            let count = unsafe end - path
            let draft = unsafe end + 1
            unsafe memcpy(draft, path, count)
            // Includes the NUL.
            unsafe memcpy(draft + count, ending.utf8Start, ending.utf8CodeUnitCount + 1)
            return unsafe body(path, draft)
        }
    }

    private static func append(
        _ start: UnsafePointer<UInt8>?, _ count: Int, to end: inout UnsafeMutablePointer<CChar>
    ) {
        guard let start = unsafe start else { return }
        unsafe memcpy(end, start, count)
        unsafe end += count
    }
}
