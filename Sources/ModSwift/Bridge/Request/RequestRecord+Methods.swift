// SPDX-License-Identifier: Apache-2.0
//
// The methods that a resource allows.
//
// SAFETY: the record is alive (RequestRecord); its lists are in its pool.

internal import CApache

extension RequestRecord {
    var allowed: Int { Int(unsafe pointer.pointee.allowed) }
    var allowedXmethods: [String] { texts(unsafe pointer.pointee.allowed_xmethods) }

    private var allowedList: UnsafeMutablePointer<ap_method_list_t>? {
        unsafe pointer.pointee.allowed_methods
    }

    /// Bit n: the method with the number n.
    var allowedMethodMask: Int {
        unsafe allowedList.map { unsafe Int($0.pointee.method_mask) } ?? 0
    }
    /// The methods without an httpd number.
    var allowedExtensionMethods: [String] { texts(unsafe allowedList?.pointee.method_list) }

    func methodName(of number: Int) -> String? {
        guard let pool else { return nil }
        let name = text(unsafe ap_method_name_of(pool.pointer, Int32(truncatingIfNeeded: number)))
        return name.flatMap { $0.isEmpty ? nil : $0 }
    }

    func forgetAllowedMethods() {
        guard let list = unsafe allowedList else { return }
        unsafe ap_clear_method_list(list)
    }

    /// Allows a method, whose name must be a token.
    func allowMethod(_ name: String) {
        guard let list = unsafe allowedList,
            let copy = unsafe pool?.copy(name, refusing: .lineBreaks)
        else { return }
        unsafe ap_method_list_add(list, copy)
        // httpd omits unregistered methods from Allow, unless this bit is set. Methods can be
        // registered only before there are threads.
        if unsafe ap_method_number_of(copy) == M_INVALID {
            unsafe list.pointee.method_mask |= 1 << apr_int64_t(M_INVALID)
        }
    }
}
