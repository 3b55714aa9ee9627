// SPDX-License-Identifier: Apache-2.0

internal import FormCoding

/// The kind of form in a request's body.
enum FormBody {
    case none
    case urlencoded
    case multipart(boundary: [UInt8])

    /// Determines the kind from the headers of a request: by its type, whatever the method.
    ///
    /// - Throws: ``FormError`` if the body is not a form, has been read before, or is announced as
    ///   too large.
    init(of request: Request, _ limits: FormLimits) throws {
        let record = request.live
        let isURLEncoded = record.isURLEncoded
        let length = record.announcedLength
        let isAnnounced = length > 0 || record.headersIn.contains("Transfer-Encoding")
        // Over HTTP/2 a body may be unannounced, but it has a type.
        guard isURLEncoded != nil || isAnnounced, !request.hasBodyElsewhere else {
            self = .none
            return
        }
        if record.readLength > 0, !record.hasKeptBody { throw FormError.bodyWasRead }
        if length > limits.body { throw FormError(.body, of: limits) }
        // Most forms; and bodies without a type.
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

/// Whether there is an unannounced body, which is possible only in HTTP/2.
private func hasBody(_ request: Request) throws -> Bool {
    try request.reader.hasPiece(from: request.live)
}

extension Request {
    /// Whether the body belongs to another request: the main request of a subrequest, or the one
    /// from which httpd has redirected to this one.
    fileprivate var hasBodyElsewhere: Bool {
        let record = live
        if record.hasKeptBody { return false }
        return record.main != nil || record.previous.map { $0.readLength > 0 } == true
    }
}
