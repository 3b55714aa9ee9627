// SPDX-License-Identifier: Apache-2.0

/// Names that authors who know mod_python write first, with mod_swift's names.
package enum PythonNames {
    /// Returns mod_swift's name for a member of mod_python.
    ///
    /// - Returns: The name; nil if mod_python has no such member, or one of the same name.
    package static func name(for member: String) -> String? {
        if let name = others[member] { return name }
        return ruled.contains(member) ? camelCase(member) : nil
    }

    /// All known names of mod_python that differ from mod_swift's.
    package static var all: [String] { (Array(others.keys) + ruled).sorted() }

    /// Returns the same words in Swift's spelling.
    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return String(words.first ?? "") + rest.joined()
    }

    private static let ruled: Set<String> = [
        "add_common_vars", "add_handler", "add_input_filter", "add_output_filter", "allow_methods",
        "allowed_methods", "ap_auth_type", "apply_data", "auth_name", "auth_type", "base_server",
        "bytes_sent", "canonical_filename", "client_addr", "content_encoding", "content_languages",
        "content_type", "discard_request_body", "display_code", "document_root", "double_reverse",
        "eos_sent", "err_headers_out", "expecting_100", "headers_in", "headers_out",
        "internal_redirect", "is_input", "is_new", "is_virtual", "last_accessed", "local_addr",
        "local_host", "meets_conditions", "method_number", "no_cache", "no_local_copy", "pass_on",
        "path_info", "proto_num", "read_body", "read_chunked", "read_length",
        "register_cleanup", "register_input_filter", "register_output_filter", "remote_addr",
        "remote_host", "remote_logname", "request_time", "restart_time", "sent_bodyct",
        "server_admin", "server_hostname", "set_content_length", "set_error_page",
        "set_last_modified", "ssl_var_lookup", "status_line", "subprocess_env", "the_request",
        "update_mtime", "used_path_info", "useragent_addr", "vlist_validator",
    ]

    private static let others: [String: String] = [
        "add_cgi_vars": "addCGIVars", "add_field": "add", "client_ip": "clientIP",
        "construct_url": "constructURL", "get_basic_auth_pw": "basicAuthPassword",
        "get_config": "config", "get_options": "options", "get_remote_host": "remoteHost",
        "getfirst": "getFirst", "getlist": "getList", "has_key": "contains",
        "header_only": "isHeaderOnly", "is_https": "isHTTPS", "local_ip": "localIP",
        "log_error": "log", "get_session": "session", "parsed_uri": "parsedURI",
        "readline": "readLine",
        "readlines": "readLines", "remote_ip": "remoteIP", "sendfile": "sendFile",
        "set_etag": "setETag",
        "set_timeout": "timeout", "setdefault": "setDefault", "unparsed_uri": "unparsedURI",
        "useragent_ip": "useragentIP",
    ]
}
