// SPDX-License-Identifier: Apache-2.0

/// Whether a connection stays open after the response.
///
/// Corresponds to `AP_CONN_…` in mod_python and httpd.
@frozen
public enum Keepalive: Sendable {
    /// Not decided yet. `AP_CONN_UNKNOWN`.
    case unknown
    /// It is closed after the response. `AP_CONN_CLOSE`.
    case close
    /// It waits for another request. `AP_CONN_KEEPALIVE`.
    case keepalive
}
