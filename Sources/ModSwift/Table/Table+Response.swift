// SPDX-License-Identifier: Apache-2.0
//
// Headers of a response that httpd has fields of its own for, or that say how its bytes are framed. A
// table would take them, and something else, or something wrong, would go out.

internal import SystemCalls

extension Table {
    /// Which names are looked at, by their length: the others pass with one comparison.
    private static let lengths: UInt64 = 1 << 12 | 1 << 14 | 1 << 16 | 1 << 17

    /// Why a value may not be set; nil where it may. What httpd has a field for is set there, too.
    ///
    /// - Parameters:
    ///   - name: Of any length, and in any case.
    ///   - value: nil: the header is removed.
    ///   - adds: Whether values that are there stay.
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
    /// Sets the field that stands for a header; the value has been found good, or is looked at there.
    fileprivate func setField(
        _ value: String?, _ field: ReferenceWritableKeyPath<Request, String?>
    ) -> String? {
        if value.map({ $0.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 } }) ?? true {
            self[keyPath: field] = value
        }
        return nil
    }
}
