// SPDX-License-Identifier: Apache-2.0
//
// Properties of a request that the publisher reads at each call, without copies.
//
// SAFETY: the record is alive (RequestRecord); its texts are borrowed for the call.

internal import CApache

extension RequestRecord {
    /// Calls body with the bytes of httpd's file for the request, and of the path that follows it
    /// in the URL; nil if there is no file.
    func withFileAndPathInfo<Result>(
        _ body: (_ file: Span<UInt8>, _ pathInfo: Span<UInt8>) throws -> Result
    ) rethrows -> Result? {
        guard let file = unsafe pointer.pointee.filename else { return nil }
        return try unsafe body(bytes(of: file).span, bytes(of: pointer.pointee.path_info).span)
    }

    private func bytes(of text: UnsafeMutablePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
        guard let text = unsafe text else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
            count: strlen(text))
    }

    /// Whether httpd has found a directory for the URL.
    var isDirectory: Bool { unsafe pointer.pointee.finfo.filetype == APR_DIR }

    /// Sets the module as the file of the request. httpd's `finfo` is not updated: that would cost
    /// each request a stat.
    func nameFile(_ path: String) { _ = unsafe set(\.filename, path) }

    /// Whether `ErrorDocument` defines a response for a status.
    func hasErrorDocument(for status: Status) -> Bool {
        let index = ap_index_of_response(CInt(status.rawValue))
        return unsafe ap_response_code_string(pointer, index) != nil
    }

    /// The client's user and password from Basic authentication, regardless of `AuthType`; nil if
    /// it sent none, or used another scheme.
    var basicCredentials: (user: String, password: String)? {
        var user: UnsafePointer<CChar>?
        var password: UnsafePointer<CChar>?
        guard unsafe ap_get_basic_auth_components(pointer, &user, &password) == APR_SUCCESS,
            let user = text(user), let password = text(password)
        else { return nil }
        return (user, password)
    }
}
