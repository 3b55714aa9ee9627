// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension ConfigurationSection {
    // SAFETY: the shim passes an array of msw_section, from the configuration's pool.
    /// The sections that the shim has collected.
    static func all(_ array: UnsafePointer<apr_array_header_t>?) -> [ConfigurationSection] {
        guard let array = unsafe array, let elements = unsafe array.pointee.elts else { return [] }
        let sections = unsafe UnsafeRawPointer(elements).assumingMemoryBound(to: msw_section.self)
        return unsafe (0..<Int(array.pointee.nelts)).compactMap { index in
            let section = unsafe sections[index]
            guard let server = unsafe ServerRecord(section.server),
                let configuration = unsafe DirectoryConfiguration(
                    UnsafeMutableRawPointer(mutating: section.config))
            else { return nil }
            return ConfigurationSection(
                server: server, directory: text(unsafe section.directory),
                configuration: configuration)
        }
    }
}

extension DirectoryConfiguration {
    // SAFETY: the tables hold msw_handler pointers; without a pool the iterator is the table's own,
    // and no other code uses it meanwhile: the configuration is only being checked.
    /// The handlers of SwiftInputFilter and SwiftOutputFilter.
    var filterEntries: [HandlerEntry] {
        unsafe Self.entries(of: inputFilters) + Self.entries(of: outputFilters)
    }

    private static func entries(of table: OpaquePointer?) -> [HandlerEntry] {
        guard let table = unsafe table else { return [] }
        var found: [HandlerEntry] = []
        var next = unsafe apr_hash_first(nil, table)
        while let current = unsafe next {
            if let value = unsafe apr_hash_this_val(current) {
                let handler = unsafe value.assumingMemoryBound(to: msw_handler.self)
                unsafe found.append(HandlerEntry(handler))
            }
            unsafe next = apr_hash_next(current)
        }
        return found
    }
}
