// SPDX-License-Identifier: Apache-2.0
//
// From the name that a directive gave to a filter, as httpd's chain knows it, to the filter's object.

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
    /// The handler of a filter; nil where the name is not in effect.
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
    /// Its object: that which code has tied to it or, where a directive gave it its name, the one
    /// of its request, made when it is first called.
    ///
    /// - Returns: nil where no directive with the name is in effect for the request; the filter has
    ///   left the chain then.
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

/// A filter that a directive has named, where it stands in a request's chain.
///
/// `ctx` does not lead to it: mod_filter, which has one for itself, loses ours when the filter is
/// called while it runs.
struct ActiveFilter {
    let record: FilterRecord
    let filter: Filter
}

extension RequestState {
    fileprivate func filter(at record: FilterRecord) -> Filter? {
        standing.first { unsafe $0.record.pointer == record.pointer }?.filter
    }
}
