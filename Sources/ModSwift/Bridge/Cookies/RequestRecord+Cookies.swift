// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension RequestRecord {
    /// What the client has sent as Cookie; several fields are joined as one.
    var cookieField: [UInt8] {
        var field: [UInt8] = []
        for entry in headersIn.elements(named: "Cookie").entries {
            if !field.isEmpty { field += [UInt8(ascii: ";"), UInt8(ascii: " ")] }
            // SAFETY: the table lives as long as the request; the bytes are copied here.
            unsafe field.append(contentsOf: bytes(entry.value))
        }
        return field
    }
}
