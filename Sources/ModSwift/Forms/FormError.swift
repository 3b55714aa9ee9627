// SPDX-License-Identifier: Apache-2.0

internal import FormCoding
internal import SystemCalls

/// A form that is over a limit, malformed, or not what a structure wants.
///
/// Uncaught, it ends the request with ``status``, and the error log says what was wrong.
public struct FormError: StatusError, Sendable, CustomStringConvertible, ErrorWithID {
    /// A field that is not as a structure wants it.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The name of the field, as the form has it.
        public let name: String
        /// What is wrong with it, such as "is not a whole number".
        public let reason: String

        /// Name and reason: "age is not a whole number".
        public var description: String { "\(name) \(reason)" }

        /// The same without what a type says of itself, in one line that a header could hold.
        var clientNote: String {
            let reason = reason.split(separator: ":", maxSplits: 1).first ?? ""
            return printable("\(name) \(reason)")
        }
    }

    /// 400, 413 or 415 for what the client has sent; 500 or 507 where the server could not take it.
    public let status: Status
    /// The fields that are wrong, where ``FieldStorage/decode(_:)`` has found some; otherwise empty.
    public let problems: [Problem]
    /// One sentence.
    public let description: String
    /// Explained in docs/error-reference.md.
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
    /// Over a limit.
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

    /// What is wrong with a multipart body.
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
