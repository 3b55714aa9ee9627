// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// The header of a part of a form.
public struct FormPartHeader {
    /// The name of the field.
    public let name: String
    /// The client's name of the file: possibly with a path, never to be trusted. Nil if the part is
    /// not an upload, "" if no file was chosen.
    public let filename: String?
    private let header: PartHeader?

    init(name: String) {
        self.name = name
        filename = nil
        header = nil
    }

    init(_ header: PartHeader) throws(FormError) {
        guard header.disposition != nil else {
            throw .malformed("a part has no Content-Disposition")
        }
        guard let name = header.name else { throw .malformed("a part has no name") }
        self.name = String(decoding: name, as: UTF8.self)
        filename = header.filename.map { String(decoding: $0, as: UTF8.self) }
        self.header = header
    }

    /// Whether it is an upload with a chosen file.
    public var isFile: Bool { filename?.isEmpty == false }

    /// The media type, in lower case: "text/plain" if the client sent none.
    public var type: String {
        if let type = header?.type { return type.value }
        let isNamed = header?.fields.contains { $0.isNamed("content-type") } == true
        return isNamed ? "application/octet-stream" : "text/plain"
    }

    /// The parameters of the media type, such as `charset`; names are in lower case.
    public var typeOptions: [String: String] { options(of: header?.type) }

    /// The disposition, such as "form-data"; nil if the form is not multipart.
    public var disposition: String? { header?.disposition?.value }

    /// The parameters of the disposition; names are in lower case.
    public var dispositionOptions: [String: String] { options(of: header?.disposition) }

    /// All fields of the header, in an independent table; empty if the form is not multipart.
    public var headers: Table {
        let table = Table()
        for field in header?.fields ?? [] {
            let value = String(decoding: field.value, as: UTF8.self)
            table.add(field.name, value.filter { $0 != "\0" })
        }
        return table
    }

    private func options(of value: ParameterizedValue?) -> [String: String] {
        (value?.parameters ?? []).reduce(into: [:]) { options, parameter in
            options[parameter.name] = String(decoding: parameter.value, as: UTF8.self)
        }
    }
}
