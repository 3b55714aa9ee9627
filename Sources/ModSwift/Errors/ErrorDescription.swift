// SPDX-License-Identifier: Apache-2.0

/// The text that is logged for an error that a handler has thrown.
enum ErrorDescription {
    /// The error's type and its description; one sentence for a file that Foundation could not read
    /// or write. The type is not repeated.
    static func text(of error: any Error) -> String {
        let type = "\(type(of: error))"
        if let sentence = fileSentence(for: error) { return "\(type): \(sentence)" }
        let text = "\(error)"
        // The default description of a structure begins with its type.
        let rest = text.hasPrefix(type) ? text.dropFirst(type.count) : ""
        return rest.first == "(" || rest.first == "." ? text : "\(type): \(text)"
    }

    /// Recognizes Foundation's errors by their contents: the library is built without Foundation.
    private static func fileSentence(for error: any Error) -> String? {
        guard ["CocoaError", "NSError"].contains("\(type(of: error))") else { return nil }
        let members = Mirror(reflecting: error).children
        func member(_ names: [String]) -> Any? {
            members.first { names.contains($0.label ?? "") }?.value
        }
        guard let code = member(["code", "_code"]).flatMap(number),
            let values = member(["userInfo", "_userInfo"]) as? [String: Any],
            let path = path(in: values)
        else { return nil }
        let reason =
            switch code {
            case 4, 260: "there is no such file"
            case 257: "the server's user may not read it"
            case 513: "the server's user may not write it"
            case 516: "there is such a file already"
            case 640: "there is no space left"
            case 642: "the volume is read-only"
            default: underlyingReason(in: values) ?? "Foundation's error \(code)"
            }
        return "\(path): \(reason)"
    }

    private static func number(_ code: Any) -> Int? {
        code as? Int ?? Mirror(reflecting: code).children.first?.value as? Int
    }

    private static func path(in values: [String: Any]) -> String? {
        if let path = values["NSFilePath"] ?? values["NSFilePathErrorKey"] { return "\(path)" }
        guard let url = values["NSURL"] ?? values["NSURLErrorKey"] else { return nil }
        let text = "\(url)"
        return text.hasPrefix("file://") ? String(text.dropFirst(7)) : text
    }

    /// The text of errno of an underlying error, between its quotes.
    private static func underlyingReason(in values: [String: Any]) -> String? {
        guard let error = values["NSUnderlyingError"] else { return nil }
        let parts = "\(error)".split(separator: "\"", omittingEmptySubsequences: false)
        return parts.count >= 3 ? String(parts[1]) : nil
    }
}
