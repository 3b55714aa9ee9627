// SPDX-License-Identifier: Apache-2.0
//
// The dynamic linker's information about this library and the shim: their paths, and the build id
// of the library. Nothing here depends on a fixed path.

internal import CApache
internal import SystemCalls

/// This library in the process and on the disk.
enum LibraryImage {
    /// The library's ELF build id in lower-case hexadecimal; empty if it was linked without one.
    static let buildID: String = unsafe String(cString: buildIDPointer)

    // SAFETY: written once by the initialiser, read-only from then on.
    /// The build id for C: never freed.
    nonisolated(unsafe) static let buildIDPointer: UnsafePointer<CChar> = {
        var text = [CChar](repeating: 0, count: 2 * 64 + 1)
        // SAFETY: the address is one inside this library; the helper writes at most the count.
        unsafe text.withUnsafeMutableBufferPointer {
            unsafe msw_build_id_of(ownAddress, $0.baseAddress, $0.count)
        }
        return unsafe UnsafePointer(strdup(text))
    }()

    /// The directory of this build: this library, the builder, the modules, the Swift runtime.
    static let directory: String = {
        guard let path = unsafe path(ofImageAt: unsafe ownAddress) else { return "" }
        return FilePath.parent(of: path)
    }()

    /// The path from which the shim was loaded.
    static var shimPath: String? {
        // SAFETY: the record is static data of the shim.
        guard let record = unsafe moduleRecord else { return nil }
        return unsafe path(ofImageAt: UnsafeRawPointer(record))
    }

    // SAFETY: an address of a global of this library, never dereferenced.
    nonisolated(unsafe) private static let ownAddress: UnsafeRawPointer? = {
        let function:
            @convention(c) (Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?)
                -> UnsafeRawPointer? = unsafe mswLibrary
        return unsafe unsafeBitCast(function, to: UnsafeRawPointer.self)
    }()

    private static func path(ofImageAt address: UnsafeRawPointer?) -> String? {
        var info = unsafe Dl_info()
        // SAFETY: dladdr only looks the address up; the name lives as long as the image, for ever.
        guard let address = unsafe address, unsafe dladdr(address, &info) != 0,
            let name = unsafe info.dli_fname
        else { return nil }
        return unsafe String(cString: name)
    }
}
