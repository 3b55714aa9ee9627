// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// What kind of form a request's body is.
enum FormBody {
    case none
    case urlencoded
    case multipart(boundary: [UInt8])

    /// Looks at the headers of a request; its type decides, whatever the method.
    ///
    /// - Throws: ``FormError`` where the body is no form, was read before, or says that it is too
    ///   large.
    init(of request: Request, _ limits: FormLimits) throws {
        let record = request.live
        let isURLEncoded = record.isURLEncoded
        let length = record.announcedLength
        let isAnnounced = length > 0 || record.headersIn.contains("Transfer-Encoding")
        // Over HTTP/2 a body may come without any announcement, but not without a type.
        guard isURLEncoded != nil || isAnnounced, !request.hasBodyElsewhere else {
            self = .none
            return
        }
        if record.readLength > 0, !record.hasKeptBody { throw FormError.bodyWasRead }
        if length > limits.body { throw FormError(.body, of: limits) }
        // Most forms; and those without a type.
        if isURLEncoded != false {
            self = .urlencoded
            return
        }
        let type = record.headersIn.first("Content-Type") ?? ""
        switch FormMediaType(Array(type.utf8)) {
        case .urlencoded: self = .urlencoded
        case .multipart(let boundary):
            self = try isAnnounced || hasBody(request) ? .multipart(boundary: boundary) : .none
        case .multipartWithoutBoundary:
            throw FormError.malformed("its Content-Type has no boundary that could be one")
        case .other:
            guard try isAnnounced || hasBody(request) else {
                self = .none
                return
            }
            throw FormError.noForm(type)
        }
    }
}

/// Whether a body comes that nobody has announced: only HTTP/2 knows such.
private func hasBody(_ request: Request) throws -> Bool {
    try request.reader.hasPiece(from: request.live)
}

extension Request {
    /// Whether the body belongs to another request: the main one of a subrequest, or that from which
    /// httpd has redirected to this one.
    fileprivate var hasBodyElsewhere: Bool {
        let record = live
        if record.hasKeptBody { return false }
        return record.main != nil || record.previous.map { $0.readLength > 0 } == true
    }
}
