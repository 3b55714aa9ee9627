// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension FormLimits {
    /// Creates the limits that SwiftFormLimits sets, and the defaults of the others.
    init(_ configuration: DirectoryConfiguration?) {
        self.init()
        guard let set = unsafe configuration?.setFormLimits else { return }
        // SAFETY: the limits live as long as their configuration.
        let limits = unsafe set.pointee
        Self.set(&body, unsafe limits.body)
        Self.set(&text, unsafe limits.text)
        Self.set(&field, unsafe limits.field)
        Self.set(&header, unsafe limits.header)
        Self.set(&memory, unsafe limits.memory)
        Self.set(&fields, unsafe limits.fields)
        Self.set(&parts, unsafe limits.parts)
        Self.set(&nesting, unsafe limits.nesting)
        if let path = unsafe limits.directory { unsafe directory = String(cString: path) }
    }

    private static func set(_ limit: inout Int, _ value: apr_off_t) {
        if value != apr_off_t(MSW_UNSET) { limit = Int(value) }
    }

    /// APR's directory for temporary files, as determined by `TMPDIR` or the system.
    static let temporaryDirectory: String = {
        var made: OpaquePointer?
        guard unsafe apr_pool_create_unmanaged_ex(&made, nil, nil) == APR_SUCCESS,
            let pool = unsafe made
        else { return "/tmp" }
        defer { unsafe apr_pool_destroy(pool) }
        var directory: UnsafePointer<CChar>?
        guard unsafe apr_temp_dir_get(&directory, pool) == APR_SUCCESS,
            let directory = unsafe directory
        else { return "/tmp" }
        // SAFETY: the text is copied before its pool ends.
        return unsafe String(cString: directory)
    }()
}
