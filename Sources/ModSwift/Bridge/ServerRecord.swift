// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: httpd's, from its configuration pool; no request outlives that.
/// A `server_rec`: the main server or a virtual host. Lives as long as the configuration.
@safe struct ServerRecord {
    let pointer: UnsafeMutablePointer<server_rec>

    init?(_ pointer: UnsafeMutablePointer<server_rec>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// Tells two servers of one configuration apart.
    var identity: UnsafeRawPointer { unsafe UnsafeRawPointer(pointer) }

    var hostname: String? { text(unsafe pointer.pointee.server_hostname) }
    var admin: String? { text(unsafe pointer.pointee.server_admin) }
    var isVirtual: Bool { unsafe pointer.pointee.is_virtual != 0 }
    var port: Int { Int(unsafe pointer.pointee.port) }
    /// Seconds.
    var timeout: Double { Double(unsafe pointer.pointee.timeout) / 1_000_000 }

    // MARK: Our configuration

    private var configuration: UnsafePointer<msw_server_config>? {
        // SAFETY: httpd sized the vector for every module; the slot is ours.
        let slot = unsafe msw_config_get(pointer.pointee.module_config, moduleIndex)
        return unsafe slot.map {
            unsafe UnsafePointer($0.assumingMemoryBound(to: msw_server_config.self))
        }
    }

    /// SwiftOptimize; on by default.
    var optimizes: Bool { unsafe configuration?.pointee.optimize != 0 }
    /// SwiftCacheDir.
    var cacheDirectory: String? { text(unsafe configuration?.pointee.cache_dir) }
    /// SwiftCacheSize in bytes; 0 for no bound.
    var cacheSize: Int? {
        guard let size = unsafe configuration?.pointee.cache_size, size >= 0 else { return nil }
        return Int(size)
    }
    /// SwiftCompiler.
    var compiler: String? { text(unsafe configuration?.pointee.compiler) }
    /// SwiftBuildTimeout in seconds.
    var buildTimeout: Double? {
        guard let timeout = unsafe configuration?.pointee.build_timeout, timeout > 0
        else { return nil }
        return Double(timeout) / 1_000_000
    }

    /// The configuration of the server outside of any directory.
    var defaults: DirectoryConfiguration? {
        // SAFETY: as above.
        unsafe DirectoryConfiguration(msw_config_get(pointer.pointee.lookup_defaults, moduleIndex))
    }
}
