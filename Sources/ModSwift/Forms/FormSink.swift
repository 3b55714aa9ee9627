// SPDX-License-Identifier: Apache-2.0

/// Takes the content of a field while the form is read, in place of the form.
///
/// ```swift
/// let form = try req.form(fileSink: { part in Digest(of: part.filename) })
/// ```
///
/// Corresponds to the objects that `file_callback` and `field_callback` return in mod_python.
public protocol FormSink {
    /// Takes the next bytes, borrowed for the call.
    ///
    /// - Throws: Ends reading the form with this error.
    func write(_ bytes: Span<UInt8>) throws

    /// The content was complete, and so was the form: its closing delimiter has come.
    ///
    /// - Throws: Ends reading the form with this error.
    func finish() throws

    /// The form ended before it was complete, or was refused: what was written is to be thrown away.
    func abandon()
}
