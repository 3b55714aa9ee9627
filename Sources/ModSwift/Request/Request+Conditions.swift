// SPDX-License-Identifier: Apache-2.0
//
// Conditional requests (If-None-Match, If-Modified-Since …), by httpd's own rules.

extension Request {
    /// Compares the conditions of the request with what the response will say.
    ///
    /// Set the `ETag` (``setETag()``, or a header of your own) and the time of the last change
    /// (``updateMtime(_:)``, ``setLastModified()``) first.
    ///
    /// ```swift
    /// let status = req.meetsConditions()
    /// if status != .ok { return status }
    /// ```
    ///
    /// - Returns: ``Status/ok``: answer in full. Anything else (304, 412) is the response: return it.
    ///
    /// Corresponds to `req.meets_conditions()` in mod_python; to `ap_meets_conditions`.
    public func meetsConditions() -> Status {
        Status(rawValue: Int(live.meetsConditions()))
    }

    /// When what is being answered was last changed, in seconds since 1970; nil where nobody has
    /// said so. httpd does not set it for a handler: see ``updateMtime(_:)``. `req.mtime`.
    public var mtime: Double? { live.mtime }

    /// Says that something the response is made from was changed at a time. The latest time counts.
    ///
    /// - Parameter seconds: Since 1970, before the year 10000; any other number is refused and ends
    ///   the request as 500.
    ///
    /// Corresponds to `req.update_mtime()` in mod_python; to `ap_update_mtime`.
    public func updateMtime(_ seconds: Double) {
        guard seconds >= 0, seconds < 253_402_300_800 else {
            return remember(mistake: "the time of the last change was not set: \(seconds) is none")
        }
        live.updateMtime(seconds)
    }

    /// Sends ``mtime`` as the `Last-Modified` of the response, or the present time where that is
    /// later; does nothing where there is no ``mtime``.
    ///
    /// Corresponds to `req.set_last_modified()` in mod_python; to `ap_set_last_modified`.
    public func setLastModified() {
        if mtime != nil { live.setLastModified() }
    }

    /// Makes an entity tag from the file of the request, as `FileETag` says.
    ///
    /// It stands for the file, not for what a handler makes of it. Under `FileETag Digest` the file
    /// is read.
    ///
    /// - Parameter weak: Whether the tag is marked as weak in any case. It is weak, too, when the
    ///   file was changed less than a second before the request.
    /// - Returns: The tag, with its quotation marks; nil where there is no file, or under `FileETag
    ///   None`.
    ///
    /// Corresponds to `ap_make_etag`.
    public func makeETag(weak: Bool = false) -> String? {
        finfo == nil ? nil : live.makeETag(weak: weak)
    }

    /// Sends the tag of ``makeETag(weak:)`` as the `ETag` of the response; does nothing where there is
    /// no file.
    ///
    /// Corresponds to `req.set_etag()` in mod_python; to `ap_set_etag`.
    public func setETag() {
        if finfo != nil { live.setETag() }
    }
}
