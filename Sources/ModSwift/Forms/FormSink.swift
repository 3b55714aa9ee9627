// SPDX-License-Identifier: Apache-2.0

/// Receives the content of a field while the form is read, instead of the form.
///
/// ```swift
/// let form = try req.form(fileSink: { part in Digest(of: part.filename) })
/// ```
///
/// Corresponds to the objects returned by `file_callback` and `field_callback` in mod_python.
public protocol FormSink {
    /// Receives the next bytes, borrowed for the call.
    ///
    /// - Throws: Ends reading the form with this error.
    func write(_ bytes: Span<UInt8>) throws

    /// Called when the content is complete, and also the form: its closing delimiter has been read.
    ///
    /// - Throws: Ends reading the form with this error.
    func finish() throws

    /// Called if the form ended before it was complete, or was rejected: discard the data.
    func abandon()
}
