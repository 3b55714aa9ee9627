// SPDX-License-Identifier: Apache-2.0
//
// The values of the directives, as the shim merged them (msw_config.h). Defaults are applied here.

internal import CApache

// SAFETY: from the configuration's pool or the request's; either outlives the call that reads it.
/// The merged configuration of one directory.
@safe struct DirectoryConfiguration {
    private let pointer: UnsafePointer<msw_dir_config>

    init?(_ slot: UnsafeMutableRawPointer?) {
        guard let slot = unsafe slot else { return nil }
        unsafe pointer = UnsafePointer(slot.assumingMemoryBound(to: msw_dir_config.self))
    }

    /// SwiftDebug; off by default.
    var debugs: Bool { unsafe pointer.pointee.debug == 1 }
    /// SwiftAutoReload; on by default.
    var autoReloads: Bool { unsafe pointer.pointee.auto_reload != 0 }
    /// SwiftLogNotes; off by default.
    @inline(__always)
    var leavesNotes: Bool { unsafe pointer.pointee.log_notes == 1 }
    /// SwiftAuthoritative; on by default.
    var isAuthoritative: Bool { unsafe pointer.pointee.authoritative != 0 }
    /// SwiftTrapLimit; nil if no directive has set one.
    var setTrapLimit: TrapLimit? {
        let traps = unsafe pointer.pointee.trap_limit
        guard traps != MSW_UNSET else { return nil }
        return TrapLimit(traps: Int(traps), seconds: Int(unsafe pointer.pointee.trap_limit_seconds))
    }
    /// SwiftTimeout in microseconds; 0 for no limit, nil if no directive has set one.
    var setTimeout: Int? {
        let timeout = Int(unsafe pointer.pointee.timeout)
        return timeout == Int(MSW_UNSET) ? nil : timeout
    }
    /// The time limit of a handler; nil for no limit, which is the default.
    @inline(__always)
    var timeLimit: Timeout? {
        let timeout = Int(unsafe pointer.pointee.timeout)
        return timeout > 0 ? Timeout(microseconds: timeout) : nil
    }
    /// SwiftFormLimits; nil if no directive has set any.
    var setFormLimits: UnsafePointer<msw_form_limits>? { unsafe pointer.pointee.form_limits }
    /// Whether handlers are in their server's namespace, and may be cached by the address of their
    /// entry.
    @inline(__always)
    var usesFastPath: Bool { unsafe pointer.pointee.slow_path == 0 }
    /// SwiftEnableDebugger.
    var awaitsDebugger: Bool { unsafe pointer.pointee.slow_path & MSW_AWAITS_DEBUGGER != 0 }
    /// Whether parts of it are in the request's pool, so that nothing may be cached by its address.
    var isFromHtaccess: Bool { unsafe pointer.pointee.slow_path & MSW_FROM_HTACCESS != 0 }
    /// Whether ``refused`` is not nil.
    @inline(__always)
    var isRefused: Bool { unsafe pointer.pointee.refused != nil }
    /// The location at which a .htaccess file uses Swift although SwiftAllowHtaccess does not allow
    /// it.
    var refused: String? { text(unsafe pointer.pointee.refused) }

    /// SwiftPath.
    var path: [String] { texts(unsafe pointer.pointee.path) }

    /// Distinguishes two values of SwiftPath.
    var pathIdentity: UnsafeRawPointer? { unsafe pointer.pointee.path.map { .init($0) } }

    /// The handlers of a phase, outermost first.
    func handlers(for phase: Phase) -> HandlerEntries {
        let lists = unsafe UnsafeRawPointer(pointer)
            .assumingMemoryBound(to: UnsafeMutablePointer<apr_array_header_t>?.self)
        // SAFETY: `handlers` is the first field, with one element for each phase.
        let extended = unsafe pointer.pointee.phases_with_extensions & (1 << UInt32(phase.rawValue))
        return unsafe HandlerEntries(
            array: lists[Int(phase.rawValue)], selectsByExtension: extended != 0)
    }

    /// SwiftInputFilter, SwiftOutputFilter: handlers by name.
    var inputFilters: OpaquePointer? { unsafe pointer.pointee.input_filters }
    var outputFilters: OpaquePointer? { unsafe pointer.pointee.output_filters }

    /// The value of a SwiftOption; nil if it is not set or was removed.
    func option(_ key: String) -> String? {
        // SAFETY: the key is borrowed for the call.
        unsafe key.withCString { unsafe option($0) }
    }

    /// The value of a SwiftOption; nil if it is not set or was removed.
    func option(_ key: StaticString) -> String? {
        // SAFETY: a literal is never freed.
        unsafe key.cString.flatMap { unsafe option($0) }
    }

    private func option(_ key: UnsafePointer<CChar>) -> String? {
        guard let table = unsafe pointer.pointee.options,
            let value = unsafe apr_table_get(table, key),
            unsafe msw_option_is_removed(value) == 0
        else { return nil }
        return text(value)
    }

    /// All options that are set.
    var options: [(key: String, value: String)] {
        guard let table = unsafe pointer.pointee.options else { return [] }
        return unsafe TableSnapshot(table).entries.compactMap { entry in
            unsafe entry.value.map { unsafe msw_option_is_removed($0) != 0 } ?? true
                ? nil : (entry.texts.name, entry.texts.value)
        }
    }

    /// The value of a flag; nil if no directive has set it.
    func flag(_ field: KeyPath<msw_dir_config, Int32>) -> Bool? {
        let value = unsafe pointer.pointee[keyPath: field]
        return value == MSW_UNSET ? nil : value == 1
    }
    /// SwiftInterpreter.
    var interpreter: String? { text(unsafe pointer.pointee.interpreter) }
    /// SwiftInterpPerDirectory; off by default.
    var namesNamespaceByFile: Bool { unsafe pointer.pointee.interp_per_directory == 1 }
    /// SwiftInterpPerDirective; off by default.
    var namesNamespaceByDirective: Bool { unsafe pointer.pointee.interp_per_directive == 1 }
}

// SAFETY: as its configuration.
/// The handlers that are configured for a phase.
@safe struct HandlerEntries {
    let array: UnsafeMutablePointer<apr_array_header_t>?
    /// Whether an entry is limited to one extension.
    let selectsByExtension: Bool

    @inline(__always)
    var count: Int { unsafe array.map { unsafe Int($0.pointee.nelts) } ?? 0 }

    @inline(__always)
    subscript(index: Int) -> HandlerEntry {
        // SAFETY: the array holds msw_handler pointers, none of them NULL; index < count.
        guard index < count, let elements = unsafe array?.pointee.elts else {
            stop("There is no handler \(index)")
        }
        let entries = unsafe UnsafeRawPointer(elements)
            .assumingMemoryBound(to: UnsafeMutablePointer<msw_handler>.self)
        return unsafe HandlerEntry(entries[index])
    }
}

// SAFETY: as its configuration.
/// One handler name: `module`, `module::function`.
@safe struct HandlerEntry {
    private let pointer: UnsafeMutablePointer<msw_handler>

    @inline(__always)
    init(_ pointer: UnsafeMutablePointer<msw_handler>) { unsafe self.pointer = pointer }

    var module: String { text(unsafe pointer.pointee.module) ?? "" }
    var function: String? { text(unsafe pointer.pointee.function) }
    var directory: String? { text(unsafe pointer.pointee.directory) }
    var fileExtension: String? { text(unsafe pointer.pointee.extension) }
    var source: String { text(unsafe pointer.pointee.source) ?? "" }
    /// The namespace that SwiftImport sets.
    var interpreter: String? { text(unsafe pointer.pointee.interpreter) }
    var isSilent: Bool { unsafe pointer.pointee.silent != 0 }

    /// The handler that this name was resolved to in this child. Never freed once set.
    @inline(__always)
    var resolved: Immortal<ResolvedHandler>? {
        // SAFETY: the value was set by `remember`, to an object that is never freed.
        guard let object = unsafe msw_handler_resolved(pointer) else { return nil }
        return unsafe Immortal(object)
    }

    /// Caches the handler that the name was resolved to. Two threads may do so at once; the later
    /// wins, and neither object is ever freed.
    func remember(_ resolved: ResolvedHandler) {
        unsafe msw_handler_set_resolved(pointer, Unmanaged.passRetained(resolved).toOpaque())
    }
}

extension HandlerEntry: Equatable {
    /// Whether both are the same name on the same line.
    static func == (left: HandlerEntry, right: HandlerEntry) -> Bool {
        unsafe left.pointer == right.pointer
    }

    /// Distinguishes it from all other entries, as long as its configuration lives.
    var identity: UInt { unsafe UInt(bitPattern: pointer) }
}

extension HandlerEntries {
    /// Whether both are the same server's directives.
    func isSame(as other: HandlerEntries) -> Bool { unsafe array == other.array }
}
