// SPDX-License-Identifier: Apache-2.0

internal import CApache

// SAFETY: in httpd's configuration pool, which outlives every request.
/// A `server_rec`: the main server or a virtual host. Lives as long as the configuration.
@safe struct ServerRecord {
    let pointer: UnsafeMutablePointer<server_rec>

    init?(_ pointer: UnsafeMutablePointer<server_rec>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    /// Distinguishes the servers of one configuration.
    var identity: UnsafeRawPointer { unsafe UnsafeRawPointer(pointer) }

    // MARK: Fields

    var definitionFile: String? { text(unsafe pointer.pointee.defn_name) }
    var definitionLine: Int { Int(unsafe pointer.pointee.defn_line_number) }
    var hostname: String? { text(unsafe pointer.pointee.server_hostname) }
    var admin: String? { text(unsafe pointer.pointee.server_admin) }
    /// The ServerAlias names without wildcards.
    var names: [String] { texts(unsafe pointer.pointee.names) }
    /// The ServerAlias names with wildcards.
    var wildNames: [String] { texts(unsafe pointer.pointee.wild_names) }
    var isVirtual: Bool { unsafe pointer.pointee.is_virtual != 0 }
    var port: Int { Int(unsafe pointer.pointee.port) }
    var errorFile: String? { text(unsafe pointer.pointee.error_fname) }
    var logLevel: LogLevel { LogLevel(rawValue: unsafe pointer.pointee.log.level) }
    /// The timeout in seconds.
    var timeout: Double { seconds(unsafe pointer.pointee.timeout) }
    /// The timeout in seconds.
    var keepAliveTimeout: Double { seconds(unsafe pointer.pointee.keep_alive_timeout) }
    var keepAliveMax: Int { Int(unsafe pointer.pointee.keep_alive_max) }
    var keepsAlive: Bool { unsafe pointer.pointee.keep_alive != 0 }
    /// ServerPath.
    var path: String? { text(unsafe pointer.pointee.path) }
    var requestLineLimit: Int { Int(unsafe pointer.pointee.limit_req_line) }
    var fieldSizeLimit: Int { Int(unsafe pointer.pointee.limit_req_fieldsize) }
    var fieldsLimit: Int { Int(unsafe pointer.pointee.limit_req_fields) }
    var next: ServerRecord? { unsafe ServerRecord(pointer.pointee.next) }

    /// DocumentRoot.
    var documentRoot: String? {
        // SAFETY: the first module is the core, for which every server has a configuration.
        let core = unsafe msw_config_get(pointer.pointee.module_config, AP_CORE_MODULE_INDEX)
        return unsafe text(
            core?.assumingMemoryBound(to: core_server_config.self).pointee.ap_document_root)
    }

    // MARK: Our configuration

    private var configuration: UnsafePointer<msw_server_config>? {
        // SAFETY: httpd sized the vector for every module; the slot is ours.
        let slot = unsafe msw_config_get(pointer.pointee.module_config, moduleIndex)
        return unsafe slot.map {
            unsafe UnsafePointer($0.assumingMemoryBound(to: msw_server_config.self))
        }
    }

    /// Whether a mod_swift directive is in effect before the content phase.
    var hasEarlyPhases: Bool { unsafe configuration?.pointee.has_early_phases == 1 }
    /// SwiftOptimize; on by default.
    var optimizes: Bool { unsafe configuration?.pointee.optimize != 0 }
    /// SwiftCacheDir.
    var cacheDirectory: String? { text(unsafe configuration?.pointee.cache_dir) }
    /// SwiftStateDir.
    var stateDirectory: String? { text(unsafe configuration?.pointee.state_dir) }
    /// SwiftSessionStore: its kind and arguments; empty if it is not set.
    var sessionStore: [String] {
        texts(unsafe configuration?.pointee.session_store)
    }
    /// SwiftCacheSize in bytes; 0 for no limit.
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
        return seconds(timeout)
    }
    /// SwiftTrapDrain: the number of contained traps after which a child is replaced; 0 for never.
    /// 1 by default.
    var trapDrain: Int {
        guard let count = unsafe configuration?.pointee.trap_drain, count >= 0 else { return 1 }
        return Int(count)
    }

    /// SwiftSecretFile.
    var secretFile: String? { text(unsafe configuration?.pointee.secret_file) }
    // SAFETY: only ServerSecrets stores objects there.
    /// Its keys, as one of our objects.
    var secrets: UnsafeMutableRawPointer? { unsafe configuration?.pointee.secrets }

    // SAFETY: called only by the parent, before there are other threads; the structure belongs to
    // the shim.
    func keepSecrets(_ secrets: UnsafeMutableRawPointer) {
        unsafe UnsafeMutablePointer(mutating: configuration)?.pointee.secrets = secrets
    }

    /// SwiftPreConnectionHandler.
    var preConnectionHandlers: HandlerEntries {
        unsafe HandlerEntries(
            array: configuration?.pointee.pre_connection_handlers, selectsByExtension: false)
    }

    /// SwiftConnectionHandler.
    var connectionHandlers: HandlerEntries {
        unsafe HandlerEntries(
            array: configuration?.pointee.connection_handlers, selectsByExtension: false)
    }

    /// The handlers of SwiftAuthnProvider and SwiftAuthzProvider.
    var providerEntries: [HandlerEntry] {
        // SAFETY: arrays of msw_provider pointers in the configuration.
        unsafe [configuration?.pointee.authn_providers, configuration?.pointee.authz_providers]
            .flatMap { array -> [HandlerEntry] in
                guard let array = unsafe array, let elements = unsafe array.pointee.elts else {
                    return []
                }
                let providers = unsafe UnsafeRawPointer(elements)
                    .assumingMemoryBound(to: UnsafePointer<msw_provider>?.self)
                return unsafe (0..<Int(array.pointee.nelts)).flatMap { index in
                    guard let handlers = unsafe Provider(providers[index])?.handlers else {
                        return [HandlerEntry]()
                    }
                    return (0..<handlers.count).map { handlers[$0] }
                }
            }
    }

    /// SwiftImport.
    var imports: HandlerEntries {
        unsafe HandlerEntries(array: configuration?.pointee.imports, selectsByExtension: false)
    }

    /// The configuration of the server outside any section.
    var defaults: DirectoryConfiguration? {
        // SAFETY: as above.
        unsafe DirectoryConfiguration(msw_config_get(pointer.pointee.lookup_defaults, moduleIndex))
    }
}
