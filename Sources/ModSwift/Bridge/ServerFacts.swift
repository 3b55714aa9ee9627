// SPDX-License-Identifier: Apache-2.0
//
// What httpd knows of itself, for those who look after it.

internal import CApache

// SAFETY: httpd's and APR's texts live as long as the configuration, and are copied here.
enum ServerFacts {
    /// As in "Apache/2.4.71 (Debian) mod_swift/0.1.0 Swift/6.3.1".
    static var description: String { text(unsafe ap_get_server_description()) ?? "" }
    static var built: String { text(unsafe ap_get_server_built()) ?? "" }
    static var aprVersion: String { text(unsafe apr_version_string()) ?? "" }
    static var root: String { text(unsafe msw_server_root()) ?? "" }

    // MARK: The MPM

    static var mpm: String { text(unsafe ap_show_mpm()) ?? "" }
    static var isThreaded: Bool { (query(AP_MPMQ_IS_THREADED) ?? 0) != AP_MPMQ_NOT_SUPPORTED }
    static var isForked: Bool { (query(AP_MPMQ_IS_FORKED) ?? 0) != AP_MPMQ_NOT_SUPPORTED }
    /// ThreadsPerChild.
    static var threads: Int? { query(AP_MPMQ_MAX_THREADS).map(Int.init) }
    /// The most children at once.
    static var daemons: Int? { query(AP_MPMQ_MAX_DAEMONS).map(Int.init) }
    /// How often the server was restarted before this child was started.
    static var generation: Int? { query(AP_MPMQ_GENERATION).map(Int.init) }

    private static func query(_ code: Int32) -> Int32? {
        var result: Int32 = 0
        return unsafe ap_mpm_query(code, &result) == APR_SUCCESS ? result : nil
    }
}

extension RequestRecord {
    var documentRoot: String? { text(unsafe ap_document_root(pointer)) }
}

extension ServerRecord {
    /// ErrorLog: a path, made absolute; or a program ("|…"), or "syslog…", as it was written.
    var errorLog: String? {
        guard let name = text(unsafe pointer.pointee.error_fname) else { return nil }
        guard !name.hasPrefix("/"), !name.hasPrefix("|"), !name.hasPrefix("syslog") else {
            return name
        }
        return "\(ServerFacts.root)/\(name)"
    }
}

/// A directive or a section of the configuration as httpd read it.
struct ConfiguredDirective {
    /// "Listen", or "<Directory".
    let name: String
    /// "80", or "/srv/www>".
    let arguments: String
    /// How many sections it stands in.
    let depth: Int
}

extension ConfiguredDirective {
    // SAFETY: the tree belongs to the configuration that the child was started with.
    /// All of them, in order: a section, then what stands in it.
    static var all: [ConfiguredDirective] {
        var found: [ConfiguredDirective] = []
        unsafe collect(msw_configuration_tree(), depth: 0, into: &found)
        return found
    }

    private static func collect(
        _ first: UnsafePointer<ap_directive_t>?, depth: Int, into found: inout [ConfiguredDirective]
    ) {
        var next = unsafe first
        while let directive = unsafe next {
            unsafe found.append(
                ConfiguredDirective(
                    name: text(directive.pointee.directive) ?? "",
                    arguments: text(directive.pointee.args) ?? "", depth: depth))
            unsafe collect(directive.pointee.first_child, depth: depth + 1, into: &found)
            unsafe next = UnsafePointer(directive.pointee.next)
        }
    }
}
