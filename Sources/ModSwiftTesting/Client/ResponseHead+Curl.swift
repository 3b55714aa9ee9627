// SPDX-License-Identifier: Apache-2.0

extension ResponseHead {
    /// Returns the last response from the heads that curl wrote to a file (`-D`), with a body.
    static func lastResponse(in heads: [UInt8], body: [UInt8]) throws -> Response {
        var response = Response()
        for block in blocks(heads) {
            guard block[0].starts(with: "HTTP/".utf8) else {
                response.trailers = try fields(block)
                continue
            }
            let head = try ResponseHead(lines: block)
            if head.isInterim {
                response.interim.append(head.status)
            } else {
                response.take(head, bytes: Array(block.joined(separator: [13, 10])))
            }
        }
        guard response.status != 0 else {
            throw HTTPClientError(.malformed, "curl saw no answer", partial: response)
        }
        response.body = body
        return response
    }

    private static func blocks(_ bytes: [UInt8]) -> [[[UInt8]]] {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
            .map { Array($0.last == 13 ? $0.dropLast() : $0) }
        return lines.split(whereSeparator: \.isEmpty).map(Array.init)
    }
}
