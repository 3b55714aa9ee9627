// SPDX-License-Identifier: Apache-2.0
//
// Response headers for which httpd has its own fields, or which determine how the bytes are framed.
// A table would accept them, and httpd would send another value, or an invalid response.

internal import SystemCalls

extension Table {
    /// The lengths of the names to be checked, as bits: other names need only one comparison.
    private static let lengths: UInt64 = 1 << 12 | 1 << 14 | 1 << 16 | 1 << 17

    /// Returns the reason why a value must not be set; nil if it is valid. If httpd has a field for
    /// the header, the field is set, too.
    ///
    /// - Parameters:
    ///   - name: The name, of any length and in any case.
    ///   - value: The value; nil: the header is removed.
    ///   - adds: Whether existing values stay.
    @inline(__always)
    func reasonToRefuse(
        _ name: @autoclosure () -> String, count: Int, _ value: @autoclosure () -> String?,
        adds: Bool = false
    ) -> String? {
        guard isOfResponse, count < 64, Self.lengths & 1 << UInt64(count) != 0 else { return nil }
        return check(name(), value(), adds: adds)
    }

    @inline(never)
    private func check(_ name: String, _ value: String?, adds: Bool) -> String? {
        guard let request = owner as? Request else { return nil }
        switch String(decoding: name.utf8.map(\.lowercase), as: UTF8.self) {
        case "content-type": return request.setField(value, \.contentType)
        case "content-encoding": return request.setField(value, \.contentEncoding)
        case "content-length": return value.flatMap { checkLength($0, request, adds: adds) }
        case "transfer-encoding", "proxy-connection":
            return value == nil
                ? nil
                : "it says how the bytes of a connection are framed, and httpd does that itself"
        default: return nil
        }
    }

    private func checkLength(_ value: String, _ request: Request, adds: Bool) -> String? {
        guard place == "headersOut" else { return "a Content-Length belongs into headersOut" }
        guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(value)
        else { return "it must be a number of bytes, in digits" }
        if adds, contains("Content-Length") { return "there is one already" }
        request.live.setContentLength(length)
        return nil
    }
}

extension Request {
    /// Sets the field of a header; its value has already been checked, or the field's setter checks
    /// it.
    fileprivate func setField(
        _ value: String?, _ field: ReferenceWritableKeyPath<Request, String?>
    ) -> String? {
        if value.map({ $0.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 } }) ?? true {
            self[keyPath: field] = value
        }
        return nil
    }
}
