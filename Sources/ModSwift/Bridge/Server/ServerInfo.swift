// SPDX-License-Identifier: Apache-2.0
//
// httpd's information about itself, for administrators.

internal import CApache

// SAFETY: httpd's and APR's texts live as long as the configuration, and are copied here.
enum ServerInfo {
    /// The description, as in "Apache/2.4.71 (Debian) mod_swift/0.1.0 Swift/6.3.1".
    static var description: String { text(unsafe ap_get_server_description()) ?? "" }
    /// The part of it that ServerTokens permits.
    static var banner: String { text(unsafe ap_get_server_banner()) ?? "" }
    /// The version, as in "2.4.71".
    static var version: String {
        var version = unsafe ap_version_t()
        unsafe ap_get_server_revision(&version)
        let suffix = text(unsafe version.add_string) ?? ""
        return unsafe "\(version.major).\(version.minor).\(version.patch)\(suffix)"
    }
    static var built: String { text(unsafe ap_get_server_built()) ?? "" }
    static var aprVersion: String { text(unsafe apr_version_string()) ?? "" }
    static var root: String { text(unsafe msw_server_root()) ?? "" }

    // MARK: The MPM

    static var mpm: String { text(unsafe ap_show_mpm()) ?? "" }
    static var isThreaded: Bool { (query(AP_MPMQ_IS_THREADED) ?? 0) != AP_MPMQ_NOT_SUPPORTED }
    static var isForked: Bool { (query(AP_MPMQ_IS_FORKED) ?? 0) != AP_MPMQ_NOT_SUPPORTED }
    /// ThreadsPerChild.
    static var threads: Int? { query(AP_MPMQ_MAX_THREADS).map(Int.init) }
    /// The maximum number of concurrent children.
    static var daemons: Int? { query(AP_MPMQ_MAX_DAEMONS).map(Int.init) }
    /// ServerLimit.
    static var daemonLimit: Int { query(AP_MPMQ_HARD_LIMIT_DAEMONS).map(Int.init) ?? 0 }
    /// The number of restarts before this child was started.
    static var generation: Int? { query(AP_MPMQ_GENERATION).map(Int.init) }

    /// Returns the MPM's result for a query; nil if it does not know the code.
    static func query(_ code: Int32) -> Int32? {
        var result: Int32 = 0
        return unsafe ap_mpm_query(code, &result) == APR_SUCCESS ? result : nil
    }

    // MARK: The start

    /// Whether httpd was started with `-D name`, or the configuration contains `Define name`.
    static func isDefined(_ name: String) -> Bool {
        // SAFETY: the name is borrowed for the call.
        unsafe name.withCString { unsafe ap_exists_config_define($0) } != 0
    }

    /// Seconds since 1970.
    static var restartTime: Double {
        // SAFETY: the scoreboard exists until a child's last pool is destroyed.
        seconds(unsafe ap_get_scoreboard_global().pointee.restart_time)
    }
}

/// The modules of httpd, static or loaded.
enum ServerModules {
    // SAFETY: httpd's list ends with NULL and does not change after the configuration has been
    // read.
    /// The names, as in "core.c", "mod_alias.c", in the order in which they were loaded.
    static var names: [String] {
        var names: [String] = []
        guard var next = unsafe msw_loaded_modules() else { return [] }
        while let module = unsafe next.pointee {
            if let name = text(unsafe module.pointee.name) { names.append(name) }
            unsafe next += 1
        }
        return names
    }

    static func has(_ name: String) -> Bool { unsafe find(name) != nil }

    /// The reason why handlers cannot run in this server; nil if they can.
    static var obstacle: String? {
        guard has("mpm_itk.c") else { return nil }
        return
            "MSW0757: mpm_itk serves each connection in a process that it forks from a child and that "
            + "becomes another user: what runs on other threads (Swift's tasks, builds) does not go with "
            + "it, and compiled handlers belong to one user. Swift handlers answer 503. Remove mpm_itk, or "
            + "give each user a server of its own, behind mod_proxy"
    }

    /// The version of httpd's module interface with which the core was compiled.
    static var magicNumber: (major: Int, minor: Int) {
        guard let core = unsafe find("core.c") else { return (0, 0) }
        return unsafe (Int(core.pointee.version), Int(core.pointee.minor_version))
    }

    private static func find(_ name: String) -> UnsafeMutablePointer<module>? {
        unsafe name.withCString { unsafe ap_find_linked_module($0) }
    }
}

extension RequestRecord {
    var documentRoot: String? { text(unsafe ap_document_root(pointer)) }
}

extension ServerRecord {
    /// ErrorLog: a path, made absolute; or a program ("|…"), or "syslog…", as written.
    var errorLog: String? {
        guard let name = text(unsafe pointer.pointee.error_fname) else { return nil }
        guard !name.hasPrefix("/"), !name.hasPrefix("|"), !name.hasPrefix("syslog") else {
            return name
        }
        return "\(ServerInfo.root)/\(name)"
    }
}

extension Directive {
    // SAFETY: the tree belongs to the configuration with which the child was started.
    /// The configuration as httpd read it.
    static var tree: [Directive] { unsafe all(from: msw_configuration_tree()) }

    private static func all(from first: UnsafePointer<ap_directive_t>?) -> [Directive] {
        var found: [Directive] = []
        var next = unsafe first
        while let directive = unsafe next {
            unsafe found.append(Directive(directive.pointee))
            unsafe next = UnsafePointer(directive.pointee.next)
        }
        return found
    }

    private init(_ directive: ap_directive_t) {
        let written = text(unsafe directive.directive) ?? ""
        let args = text(unsafe directive.args) ?? ""
        isSection = written.hasPrefix("<")
        name = isSection ? String(written.dropFirst()) : written
        self.args = isSection && args.hasSuffix(">") ? String(args.dropLast()) : args
        children = unsafe Self.all(from: directive.first_child)
        fileName = text(unsafe directive.filename)
        line = Int(unsafe directive.line_num)
    }
}
