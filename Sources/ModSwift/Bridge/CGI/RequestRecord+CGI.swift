// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import SystemCalls

extension RequestRecord {
    typealias Texts = UnsafePointer<UnsafeMutablePointer<CChar>?>

    // SAFETY: httpd creates the environment in the request's pool; the other texts live as long as
    // the call.
    /// Calls body with the data with which a script is started: its arguments, the CGI variables,
    /// its directory.
    func withScriptTexts<Result>(
        _ script: String, _ body: (Texts?, Texts?, UnsafePointer<CChar>?) -> Result
    ) -> Result {
        addCommonVars()
        addCGIVars()
        let environment = unsafe ap_create_environment(
            pointer.pointee.pool, pointer.pointee.subprocess_env)
        return unsafe FilePath.parent(of: script).withCString { directory in
            unsafe script.withCString { name in
                let arguments = unsafe [UnsafeMutablePointer(mutating: name), nil]
                return unsafe arguments.withUnsafeBufferPointer { arguments in
                    unsafe body(
                        arguments.baseAddress, environment.map { unsafe UnsafePointer($0) },
                        directory)
                }
            }
        }
    }

    // SAFETY: the brigade is made here, in the request's pool, and holds a copy of the bytes.
    /// Makes httpd read the header of a script's output, as it does for its own CGI handlers:
    /// errors are logged.
    ///
    /// - Returns: OK, or the status of the response: 500, or the result of evaluating the request's
    ///   conditions.
    func scanScriptHeader(_ header: [UInt8]) -> Int32 {
        guard let pool, let connection, let brigade = Brigade(in: pool, of: connection) else {
            return HTTP_INTERNAL_SERVER_ERROR
        }
        _ = unsafe header.withUnsafeBytes { unsafe brigade.write($0, toward: nil) }
        brigade.appendEnd()
        defer { brigade.removeAll() }
        return unsafe msw_cgi_scan_header(pointer, brigade.pointer, moduleIndex)
    }

    // SAFETY: the fields are the record's own.
    /// Turns the request into a GET without a body, for an internal redirect.
    func becomeGet() {
        unsafe pointer.pointee.method = UnsafePointer(apr_pstrdup(pointer.pointee.pool, "GET"))
        unsafe pointer.pointee.method_number = M_GET
        unsafe apr_table_unset(pointer.pointee.headers_in, "Content-Length")
    }
}
