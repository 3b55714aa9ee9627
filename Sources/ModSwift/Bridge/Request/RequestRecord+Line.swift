// SPDX-License-Identifier: Apache-2.0
//
// The client's request line.
//
// SAFETY: the record is alive (RequestRecord); its texts are in its pool and copied when read.

internal import CApache

extension RequestRecord {
    var requestLine: String? { text(unsafe pointer.pointee.the_request) }
    var method: String { text(unsafe pointer.pointee.method) ?? "" }
    var methodNumber: Int { Int(unsafe pointer.pointee.method_number) }
    var isHeaderOnly: Bool { unsafe pointer.pointee.header_only != 0 }
    var `protocol`: String? { text(unsafe pointer.pointee.protocol) }
    var protocolNumber: Int { Int(unsafe pointer.pointee.proto_num) }
    var isSimple: Bool {
        get { unsafe pointer.pointee.assbackwards != 0 }
        nonmutating set { unsafe pointer.pointee.assbackwards = newValue ? 1 : 0 }
    }
    /// Seconds since 1970.
    var requestTime: Double { seconds(unsafe pointer.pointee.request_time) }
    var hostname: String? { text(unsafe pointer.pointee.hostname) }

    // MARK: The URI

    var unparsedURI: String? { text(unsafe pointer.pointee.unparsed_uri) }
    var parsedURI: ParsedURI {
        let parts = unsafe pointer.pointee.parsed_uri
        // httpd also stores the port of the Host header here.
        let hasPort = unsafe parts.hostinfo != nil && parts.port_str != nil
        return unsafe ParsedURI(
            scheme: text(parts.scheme), hostinfo: text(parts.hostinfo), user: text(parts.user),
            password: text(parts.password), hostname: text(parts.hostname),
            port: hasPort ? Int(parts.port) : nil, path: text(parts.path),
            query: text(parts.query), fragment: text(parts.fragment))
    }
    var uri: String? { text(unsafe pointer.pointee.uri) }
    var arguments: String? { text(unsafe pointer.pointee.args) }
    var pathInfo: String? { text(unsafe pointer.pointee.path_info) }
    var usedPathInfo: Int {
        get { Int(unsafe pointer.pointee.used_path_info) }
        nonmutating set {
            unsafe pointer.pointee.used_path_info = Int32(truncatingIfNeeded: newValue)
        }
    }

    /// The following functions return false if the text contains NUL; then nothing is set.
    func setURI(_ uri: String) -> Bool { unsafe set(\.uri, uri) }
    func setArguments(_ query: String?) -> Bool { unsafe set(\.args, query) }
    func setPathInfo(_ path: String) -> Bool { unsafe set(\.path_info, path) }

    // MARK: The handler of the response

    var handlerName: String? { text(unsafe pointer.pointee.handler) }
    var proxyRequest: Int {
        get { Int(unsafe pointer.pointee.proxyreq) }
        nonmutating set { unsafe pointer.pointee.proxyreq = Int32(truncatingIfNeeded: newValue) }
    }

    func setHandlerName(_ name: String?) -> Bool { unsafe set(\.handler, name) }

    // MARK: The body

    var readLength: Int { Int(unsafe pointer.pointee.read_length) }
    var isExpecting100: Bool { unsafe pointer.pointee.expecting_100 != 0 }
    var bodyPolicy: Int { Int(unsafe pointer.pointee.read_body) }
}

/// Converts APR's microseconds.
func seconds(_ time: apr_time_t) -> Double { Double(time) / 1_000_000 }
