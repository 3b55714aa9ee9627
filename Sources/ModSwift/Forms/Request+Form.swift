// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// The form that the client has sent: the fields of the query, then those of the body.
    ///
    /// It is read when it is first asked for, and then kept with the request: all handlers get the
    /// same one, and what other parameters say later changes nothing. Urlencoded and multipart bodies
    /// are read whatever the method. A request that httpd has redirected here gets the fields of the
    /// body from the one before.
    ///
    /// ```swift
    /// func handler(_ req: Request) throws -> String {
    ///     "Hello \(try req.form().getFirst("name") ?? "nobody")\n"
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - keepBlankValues: Whether fields without a value are kept.
    ///   - limits: How large it may be; those of the configuration unless you say others.
    ///   - fileSink: Called for each upload with its header; what it returns takes the content. Nil
    ///     keeps it in the form.
    ///   - fieldSink: The same for fields of a multipart form that are no uploads.
    /// - Throws: ``FormError``; as ``read(_:)``; what sinks throw.
    ///
    /// Corresponds to `util.FieldStorage(req)` and `req.form` in mod_python.
    public func form(
        keepBlankValues: Bool = true, limits: FormLimits? = nil,
        fileSink: ((_ part: FormPartHeader) throws -> (any FormSink)?)? = nil,
        fieldSink: ((_ part: FormPartHeader) throws -> (any FormSink)?)? = nil
    ) throws -> FieldStorage {
        if let form = stateIfAny?.form { return try form.get() }
        var reader = FormReader(
            self, limits: limits ?? formLimits, keepsBlankValues: keepBlankValues,
            fileSink: fileSink, fieldSink: fieldSink)
        let form = Result { try reader.read() }
        state.form = form
        return try form.get()
    }
}
