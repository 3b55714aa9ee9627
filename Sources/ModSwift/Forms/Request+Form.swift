// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// Returns the client's form: the fields of the query, then those of the body.
    ///
    /// It is read at the first call, and then kept with the request: all handlers get the same one,
    /// and other arguments in later calls have no effect. Urlencoded and multipart bodies are read
    /// for any method. After an internal redirect, the fields of the body are those of the previous
    /// request.
    ///
    /// ```swift
    /// func handler(_ req: Request) throws -> String {
    ///     "Hello \(try req.form().getFirst("name") ?? "nobody")\n"
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - keepBlankValues: Whether fields without a value are kept.
    ///   - limits: The limits; by default those of the configuration.
    ///   - fileSink: Called for each upload with its header; returns the sink for the content, or
    ///     nil to keep it in the form.
    ///   - fieldSink: As `fileSink`, for fields of a multipart form that are not uploads.
    /// - Throws: ``FormError``; as ``read(_:)``; errors of sinks.
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
