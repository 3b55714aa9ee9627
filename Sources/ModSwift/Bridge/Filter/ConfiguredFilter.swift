// SPDX-License-Identifier: Apache-2.0
//
// Finds the object of a filter by the name that a directive has defined, which is its name in
// httpd's chain.

internal import CApache

// SAFETY: the shim passes a text of the configuration, which outlives every request.
/// The name of SwiftInputFilter or SwiftOutputFilter, in lower case.
@safe struct FilterName {
    fileprivate let pointer: UnsafePointer<CChar>

    init?(_ pointer: UnsafePointer<CChar>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    var text: String { unsafe String(cString: pointer) }
}

extension DirectoryConfiguration {
    /// Returns the handler of a filter; nil if the name is not in effect.
    func filter(_ name: FilterName, isInput: Bool) -> HandlerEntry? {
        guard let filters = unsafe isInput ? inputFilters : outputFilters,
            let handler = unsafe apr_hash_get(
                filters, name.pointer, apr_ssize_t(APR_HASH_KEY_STRING))
        else { return nil }
        // SAFETY: the values are msw_handler pointers.
        return unsafe HandlerEntry(handler.assumingMemoryBound(to: msw_handler.self))
    }
}

extension FilterRecord {
    /// Returns its object: the one that code has attached to it or, if a directive has defined its
    /// name, the one of its request, created at the first call.
    ///
    /// - Returns: nil if no directive with the name is in effect for the request; the filter has
    ///   then been removed from the chain.
    func object(_ name: FilterName?, isInput: Bool) -> Filter? {
        guard let name else { return object }
        guard let request else { return nil }
        if let object = request.object?.stateIfAny?.filter(at: self) { return object }
        guard let entry = request.configuration?.filter(name, isInput: isInput) else {
            request.log(
                "the filter \"\(printable(name.text))\" has no function here; data passes unchanged",
                level: .debug)
            if isInput {
                unsafe ap_remove_input_filter(pointer)
            } else {
                unsafe ap_remove_output_filter(pointer)
            }
            return nil
        }
        let filter = Filter(.handler(.configured(entry)), name: name.text, isInput: isInput)
        filter.begin(self)
        keep(filter)
        Request.of(request).state.standing.append(ActiveFilter(record: self, filter: filter))
        return filter
    }
}

/// A filter named by a directive, at its position in a request's chain.
///
/// `ctx` does not refer to it: mod_filter, which uses it itself, would lose our value if the filter
/// is called while it runs.
struct ActiveFilter {
    let record: FilterRecord
    let filter: Filter
}

extension RequestState {
    fileprivate func filter(at record: FilterRecord) -> Filter? {
        standing.first { unsafe $0.record.pointer == record.pointer }?.filter
    }
}
