// SPDX-License-Identifier: Apache-2.0

internal import FormCoding
internal import SystemCalls

/// A form that exceeds a limit, is malformed, or does not match a structure.
///
/// If it is not caught, the request ends with ``status``, and the error is logged.
public struct FormError: StatusError, Sendable, CustomStringConvertible, ErrorWithID {
    /// A field that does not match a structure.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The name of the field in the form.
        public let name: String
        /// The problem, such as "is not a whole number".
        public let reason: String

        /// Name and reason: "age is not a whole number".
        public var description: String { "\(name) \(reason)" }

        /// The problem without the description from the type itself, in one line that is valid in a
        /// header.
        var clientNote: String {
            let reason = reason.split(separator: ":", maxSplits: 1).first ?? ""
            return printable("\(name) \(reason)")
        }
    }

    /// 400, 413 or 415 for an error of the client; 500 or 507 if the server could not store the
    /// form.
    public let status: Status
    /// The invalid fields, if ``FieldStorage/decode(_:)`` has found some; otherwise empty.
    public let problems: [Problem]
    /// One sentence.
    public let description: String
    /// The id in docs/error-reference.md.
    let messageID: String
    var clientNotes: [String] { problems.map(\.clientNote) }

    private init(_ id: String, _ status: Status, _ text: String, problems: [Problem] = []) {
        messageID = id
        self.status = status
        self.problems = problems
        description = text
    }
}

extension FormError {
    /// Creates the error for an exceeded limit.
    init(_ limit: FormLimit, of limits: FormLimits) {
        let status: Status =
            [.header, .nesting].contains(limit) ? .badRequest : .requestEntityTooLarge
        let (value, text) = Self.meaning(of: limit, in: limits)
        self.init(
            "MSW0600", status, "the form has \(text) (SwiftFormLimits \(limit.rawValue)=\(value))")
    }

    private static func meaning(of limit: FormLimit, in limits: FormLimits) -> (Int, String) {
        switch limit {
        case .body: (limits.body, "a body of more than \(limits.body) bytes")
        case .text: (limits.text, "more than \(limits.text) bytes of names and values")
        case .field: (limits.field, "a field of more than \(limits.field) bytes")
        case .fields: (limits.fields, "more than \(limits.fields) fields")
        case .parts: (limits.parts, "more than \(limits.parts) parts")
        case .header:
            (limits.header, "a part with a header block of more than \(limits.header) bytes")
        case .nesting: (limits.nesting, "a field that nests more than \(limits.nesting) deep")
        }
    }

    static func malformed(_ reason: String) -> FormError {
        FormError("MSW0601", .badRequest, "the form is malformed: \(reason)")
    }

    /// Creates the error for a malformed multipart body.
    init(_ error: MultipartError, _ limits: FormLimits) {
        switch error {
        case .headerTooLarge: self.init(.header, of: limits)
        case .truncated: self = .malformed("it ends before its closing delimiter")
        case .noDelimiter: self = .malformed("its boundary does not occur in it")
        case .malformedDelimiter: self = .malformed("text follows a boundary")
        case .malformedHeader: self = .malformed("the header of a part cannot be read")
        }
    }

    static func undecodable(_ problems: [FormProblem]) -> FormError {
        let found = problems.map { Problem(name: $0.name, reason: $0.reason) }
        let list = found.map(\.description).joined(separator: "; ")
        return FormError(
            "MSW0602", .badRequest, "the form cannot be decoded: \(list)", problems: found)
    }

    static func noForm(_ type: String) -> FormError {
        FormError(
            "MSW0603", .unsupportedMediaType, "the body is not a form: its type is \"\(type)\"")
    }

    static var bodyWasRead: FormError {
        FormError(
            "MSW0604", .internalServerError,
            "the body was read before the form was asked for; read it as a form, as parts of one, or "
                + "by yourself, once")
    }

    static func spool(_ error: SystemError) -> FormError {
        FormError(
            "MSW0605", error.isLackOfSpace ? .insufficientStorage : .internalServerError,
            "an upload cannot be stored (SwiftFormLimits directory): \(error)")
    }
}
