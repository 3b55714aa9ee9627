// SPDX-License-Identifier: Apache-2.0
// Sources: FormCoding
// Imports: SystemCalls
//
// Multipart bodies: the cuts do not affect the result, whatever the contents. The first line of an
// input is the value of Content-Type.

/// Returns the parser's results for a body in pieces: headers, contents, and how it ended.
private func parsed(_ body: ArraySlice<UInt8>, _ boundary: [UInt8], cuts: [Int]) -> [[UInt8]] {
    var parser = MultipartParser(boundary: boundary, maximumHeaderSize: 200)
    var result: [[UInt8]] = []
    let starts = [0] + cuts
    do throws(MultipartError) {
        for (start, end) in zip(starts, cuts + [body.count]) {
            let piece = Array(body[(body.startIndex + start)..<(body.startIndex + end)])
            var position = 0
            while let event = try parser.next(in: piece.span, from: &position) {
                take(event, piece, &result)
            }
        }
        try parser.finish()
    } catch {
        // The events before an error depend on the cuts, because an error is found in the piece
        // that contains it.
        return [Array("\(error)".utf8)]
    }
    return result
}

private func take(
    _ event: MultipartParser.Event, _ piece: [UInt8], _ result: inout [[UInt8]]
) {
    switch event {
    case .part(let header):
        result.append((header.name ?? [0]) + (header.filename ?? [0]))
        result.append(Array("\(header.type?.value ?? "")".utf8))
        result.append([])
    case .content(let range):
        precondition(!range.isEmpty)
        result[result.count - 1] += piece[range]
    case .held(let bytes):
        precondition(!bytes.isEmpty && bytes.count < 80)
        result[result.count - 1] += bytes
    case .endOfPart: result.append([1])
    }
}

/// One input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let line = input.prefix { $0 != UInt8(ascii: "\n") }
    guard case .multipart(let boundary) = FormMediaType(Array(line)) else { return 0 }
    let body = input[line.endIndex...].dropFirst()
    let whole = parsed(body, boundary, cuts: [])
    let cut = body.isEmpty ? 0 : Int(body[body.startIndex]) % (body.count + 1)
    precondition(parsed(body, boundary, cuts: [cut]) == whole)
    precondition(parsed(body, boundary, cuts: Array(0..<body.count)) == whole)
    return 0
}
