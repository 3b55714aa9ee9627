// SPDX-License-Identifier: Apache-2.0
// Sources: FormCoding
// Imports: SystemCalls
//
// Urlencoded bodies: the cuts do not affect the result, whatever the contents; then their names as
// paths, and a structure decoded from them.

/// Returns the parser's results for an input in pieces.
private func parsed(_ input: [UInt8], cuts: [Int]) -> [String] {
    var parser = URLEncodedParser(maximumPairs: 50, maximumPairSize: 500)
    do throws(FormLimitError) {
        for (start, end) in zip([0] + cuts, cuts + [input.count]) {
            try parser.feed(Array(input[start..<end]).span)
        }
        try parser.finish()
    } catch {
        return ["\(error.limit)"]
    }
    return parser.pairs.flatMap { [parser.text($0.name), parser.text($0.value)] }
}

/// A property of each kind that a structure may have.
private struct Everything: Decodable {
    struct Inner: Decodable {
        var a: [Int]?
        var b: [String: Inner]?
    }
    enum Choice: String, Decodable, CaseIterable { case x, y }
    var a: Inner?
    var b: [Inner]
    var c: Choice?
    var d: Bool
    var e: Double?
}

/// One input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = parsed(input, cuts: [])
    let cut = count == 0 ? 0 : Int(input[0]) % (count + 1)
    precondition(parsed(input, cuts: [cut]) == whole)
    precondition(parsed(input, cuts: Array(0..<count)) == whole)
    let names = stride(from: 0, to: whole.count - 1, by: 2).map { whole[$0] }
    guard let tree = try? FormTree(names, maximumDepth: 8) else { return 0 }
    _ = try? FormDecoder(tree) { whole[$0 * 2 + 1] }.decode(Everything.self)
    return 0
}
