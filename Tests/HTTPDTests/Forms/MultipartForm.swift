// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting

/// A multipart form to send.
struct MultipartForm {
    var bytes: [UInt8] = []

    /// Creates a form of plain fields, each with its name as its value.
    init(_ names: [String] = []) {
        for name in names { add("name=\"\(name)\"", Array(name.utf8)) }
    }

    /// Adds a part.
    ///
    /// - Parameter disposition: The text after `form-data;`.
    mutating func add(_ disposition: String, _ content: [UInt8], type: String? = nil) {
        let type = type.map { "Content-Type: \($0)\r\n" } ?? ""
        bytes += Array(
            "--XB7\r\nContent-Disposition: form-data; \(disposition)\r\n\(type)\r\n".utf8)
        bytes += content + Array("\r\n".utf8)
    }

    /// Adds a file.
    mutating func addFile(_ name: String, _ content: [UInt8], filename: String = "f.bin") {
        add(
            "name=\"\(name)\"; filename=\"\(filename)\"", content,
            type: "application/octet-stream")
    }

    /// The complete form, with the closing delimiter.
    var whole: [UInt8] { bytes + Array("--XB7--\r\n".utf8) }
    var body: RequestBody { .bytes(whole) }
    let headers: HeaderFields = ["Content-Type": "multipart/form-data; boundary=XB7"]
}
