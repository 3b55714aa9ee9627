// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A port on 127.0.0.1, in the form for socket functions.
struct LocalAddress {
    private var address = sockaddr_in()
    private static let size = socklen_t(MemoryLayout<sockaddr_in>.size)

    init(port: Int) {
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    }

    var port: Int { Int(in_port_t(bigEndian: address.sin_port)) }

    func bind(_ descriptor: CInt) -> Bool {
        withUnsafePointer(to: address) { pointer in
            Foundation.bind(descriptor, Self.cast(pointer), Self.size)
        } == 0
    }

    /// - Returns: 0, or -1 with `errno`.
    func connect(_ descriptor: CInt) -> CInt {
        withUnsafePointer(to: address) { pointer in
            Foundation.connect(descriptor, Self.cast(pointer), Self.size)
        }
    }

    mutating func readName(of descriptor: CInt) -> Bool {
        var size = Self.size
        return withUnsafeMutablePointer(to: &address) { pointer in
            getsockname(descriptor, Self.cast(pointer), &size)
        } == 0
    }

    /// Casts a pointer to the type of the called function: a pointer to `sockaddr`, or, if the C
    /// flags of the build define `_GNU_SOURCE` (httpd's do), glibc's union of such pointers.
    private static func cast<Pointer, Argument>(_ pointer: Pointer) -> Argument {
        unsafeBitCast(pointer, to: Argument.self)
    }
}
