// SPDX-License-Identifier: Apache-2.0
//
// Conditional requests (If-None-Match, If-Modified-Since …), with httpd's own rules.

extension Request {
    /// Compares the conditions of the request with the headers of the response.
    ///
    /// Set the `ETag` (``setETag()``, or a header of your own) and the time of the last change
    /// (``updateMtime(_:)``, ``setLastModified()``) first.
    ///
    /// ```swift
    /// let status = req.meetsConditions()
    /// if status != .ok { return status }
    /// ```
    ///
    /// - Returns: ``Status/ok``: send the full response. Anything else (304, 412) is the response:
    ///   return it.
    ///
    /// Corresponds to `req.meets_conditions()` in mod_python; to `ap_meets_conditions`.
    public func meetsConditions() -> Status {
        Status(rawValue: Int(live.meetsConditions()))
    }

    /// The time of the last change of the content, in seconds since 1970; nil if it has not been
    /// set. httpd does not set it for a handler: see ``updateMtime(_:)``. `req.mtime`.
    public var mtime: Double? { live.mtime }

    /// Sets the time at which some part of the response's content was changed. The latest time
    /// counts.
    ///
    /// - Parameter seconds: Seconds since 1970, before the year 10000; any other number is rejected
    ///   and ends the request as 500.
    ///
    /// Corresponds to `req.update_mtime()` in mod_python; to `ap_update_mtime`.
    public func updateMtime(_ seconds: Double) {
        guard seconds >= 0, seconds < 253_402_300_800 else {
            return remember(mistake: "the time of the last change was not set: \(seconds) is none")
        }
        live.updateMtime(seconds)
    }

    /// Sets the `Last-Modified` header of the response to ``mtime``, or to the current time if
    /// ``mtime`` is later; does nothing if there is no ``mtime``.
    ///
    /// Corresponds to `req.set_last_modified()` in mod_python; to `ap_set_last_modified`.
    public func setLastModified() {
        if mtime != nil { live.setLastModified() }
    }

    /// Creates an entity tag from the file of the request, as configured by `FileETag`.
    ///
    /// It identifies the file, not the content that a handler creates from it. With `FileETag
    /// Digest` the file is read.
    ///
    /// - Parameter weak: Whether the tag is always weak. It is also weak if the file was changed
    ///   less than a second before the request.
    /// - Returns: The tag, including its quotation marks; nil if there is no file, or with
    ///   `FileETag None`.
    ///
    /// Corresponds to `ap_make_etag`.
    public func makeETag(weak: Bool = false) -> String? {
        finfo == nil ? nil : live.makeETag(weak: weak)
    }

    /// Sets the `ETag` header of the response to the result of ``makeETag(weak:)``; does nothing if
    /// there is no file.
    ///
    /// Corresponds to `req.set_etag()` in mod_python; to `ap_set_etag`.
    public func setETag() {
        if finfo != nil { live.setETag() }
    }
}
