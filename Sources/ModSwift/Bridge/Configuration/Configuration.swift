// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import SystemCalls

// SAFETY: msw_dir_config counts as unsafe for its pointers; the key paths name its flags only.
/// The directives in effect for a request or a server, except handlers and options. Valid as long
/// as the request or server.
///
/// Corresponds to `req.get_config()` in mod_python.
public struct Configuration {
    private let owner: ConfigurationOwner

    init(of owner: ConfigurationOwner) { self.owner = owner }

    /// The value of a directive, as in `req.config["SwiftDebug"]`: "On", "Off" or its text; nil if
    /// no directive has set it, and the default applies.
    public subscript(directive: String) -> String? {
        guard let configuration = owner.configuration else { return nil }
        if let flag = unsafe Self.flags.first(where: { unsafe namesAreEqual($0.name, directive) }) {
            return unsafe configuration.flag(flag.field).map { $0 ? "On" : "Off" }
        }
        if namesAreEqual(directive, "SwiftInterpreter") { return configuration.interpreter }
        if namesAreEqual(directive, "SwiftTrapLimit") {
            return configuration.setTrapLimit.map { "\($0.traps) \($0.seconds)" }
        }
        if namesAreEqual(directive, "SwiftTimeout") {
            return configuration.setTimeout.map { Timeout(microseconds: $0).shown }
        }
        if namesAreEqual(directive, "SwiftPath") {
            return configuration.path.isEmpty ? nil : configuration.path.joined(separator: " ")
        }
        return nil
    }

    private static var flags: [(name: String, field: KeyPath<msw_dir_config, Int32>)] {
        unsafe [
            ("SwiftDebug", \.debug), ("SwiftAutoReload", \.auto_reload),
            ("SwiftEnableDebugger", \.enable_debugger),
            ("SwiftInterpPerDirectory", \.interp_per_directory),
            ("SwiftInterpPerDirective", \.interp_per_directive),
            ("SwiftAuthoritative", \.authoritative),
            ("SwiftLogNotes", \.log_notes), ("SwiftAllowHtaccess", \.allow_htaccess),
        ]
    }

    /// All directives that are set, with their values.
    var directives: [(name: String, value: String)] {
        let flags = unsafe Self.flags.map { unsafe $0.name }
        return (flags + ["SwiftInterpreter", "SwiftPath", "SwiftTimeout", "SwiftTrapLimit"])
            .compactMap { name in
                self[name].map { (name, $0) }
            }
    }
}
