// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ValueCoding

@Suite struct ValueCodingTests {
    private struct Everything: Codable, Equatable {
        enum Shape: Codable, Equatable { case circle(radius: Double), nothing }
        enum Color: String, Codable { case red }
        var int = -5
        var ints: [Int8] = [.min, -1, 0, 23, 24, .max]
        var widest = UInt64.max
        var lowest = Int64.min
        var single = Float(0.1)
        var double = 0.1
        var half = 0.5
        var infinite = -Double.infinity
        var text = "hé\0\u{1F600}"
        var empty = ""
        var flag = true
        var bytes: [UInt8] = Array(0...255)
        var nothing: Int?
        var something: Int? = 7
        var gaps: [Int?] = [1, nil, 3]
        var byName = ["b": [1], "a": []]
        var byNumber = [3: "c", 1: "a"]
        var shapes = [Shape.circle(radius: 2), .nothing]
        var color = Color.red
        var set: Set<String> = ["x"]
    }

    private func roundTrip<T: Codable>(_ value: T) throws -> T {
        try Value(serialized: try Value(encoding: value).serialized()).decoded(as: T.self)
    }

    @Test func whatIsEncodedComesBack() throws {
        #expect(try roundTrip(Everything()) == Everything())
        #expect(try roundTrip("x") == "x")
        #expect(try roundTrip([Int]()) == [])
        #expect(try roundTrip(Optional<Int>.none) == nil)
        #expect(try roundTrip(UInt8.max) == UInt8.max)
        #expect(try roundTrip(Double.nan).isNaN)
        #expect(try roundTrip(Float.nan).isNaN)
        #expect(try roundTrip(-0.0).sign == .minus)
    }

    /// Appendix A of RFC 8949, after the version byte.
    @Test func theBytesAreCBOR() throws {
        func bytes(_ value: some Encodable) throws -> [UInt8] {
            Array(try Value(encoding: value).serialized().dropFirst())
        }
        #expect(try bytes(0) == [0x00])
        #expect(try bytes(24) == [0x18, 0x18])
        #expect(try bytes(1000) == [0x19, 0x03, 0xE8])
        #expect(try bytes(1_000_000) == [0x1A, 0x00, 0x0F, 0x42, 0x40])
        #expect(
            try bytes(1_000_000_000_000) == [0x1B, 0x00, 0x00, 0x00, 0xE8, 0xD4, 0xA5, 0x10, 0x00])
        #expect(try bytes(UInt64.max) == [0x1B] + Array(repeating: 0xFF, count: 8))
        #expect(try bytes(-1) == [0x20])
        #expect(try bytes(-1000) == [0x39, 0x03, 0xE7])
        #expect(try bytes(1.1) == [0xFB, 0x3F, 0xF1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A])
        #expect(try bytes(100000.0) == [0xFA, 0x47, 0xC3, 0x50, 0x00])
        #expect(try bytes(false) == [0xF4])
        #expect(try bytes(true) == [0xF5])
        #expect(try bytes(Int?.none) == [0xF6])
        #expect(try bytes([1, 2, 3] as [UInt8]) == [0x43, 1, 2, 3])
        #expect(try bytes("\u{6C34}") == [0x63, 0xE6, 0xB0, 0xB4])
        #expect(try bytes([[Int]]([[1], []])) == [0x82, 0x81, 0x01, 0x80])
        #expect(try bytes(["a": 1]) == [0xA1, 0x61, 0x61, 0x01])
        #expect(try Value(encoding: 0).serialized() == [Value.version, 0])
    }

    private struct Small: Codable, Equatable { var n: Int }
    private struct Larger: Codable, Equatable {
        var n: Int
        var note: String?
        var list: [Int]?
    }

    @Test func optionalPropertiesMayBeAddedAndRemoved() throws {
        let old = try Value(encoding: Small(n: 3)).serialized()
        #expect(try Value(serialized: old).decoded(as: Larger.self) == Larger(n: 3))
        let new = try Value(encoding: Larger(n: 4, note: "x", list: [1])).serialized()
        #expect(try Value(serialized: new).decoded(as: Small.self) == Small(n: 4))
    }

    @Test func anIntegerMayBecomeANumberOfAnotherTypeThatHoldsIt() throws {
        let five = try Value(encoding: 5)
        #expect(try five.decoded(as: Double.self) == 5)
        #expect(try five.decoded(as: UInt8.self) == 5)
        #expect(throws: DecodingError.self) { try Value(encoding: 256).decoded(as: UInt8.self) }
        #expect(throws: DecodingError.self) { try Value(encoding: -1).decoded(as: UInt.self) }
        #expect(throws: DecodingError.self) {
            try Value(encoding: UInt64.max).decoded(as: Int.self)
        }
        #expect(throws: DecodingError.self) { try Value(encoding: 1.5).decoded(as: Int.self) }
        #expect(throws: DecodingError.self) { try Value(encoding: 0.1).decoded(as: Float.self) }
        #expect(throws: DecodingError.self) {
            try Value(encoding: Int.max).decoded(as: Double.self)
        }
        #expect(
            try Value(encoding: [1, 2, 255] as [UInt8]).decoded(as: [Int].self) == [1, 2, 255])
        #expect(try Value(encoding: [1, 2, 255]).decoded(as: [UInt8].self) == [1, 2, 255])
    }

    @Test func errorsOfDecodingNameThePath() throws {
        struct Outer: Codable { var list: [Small] }
        struct Wrong: Codable {
            struct Element: Codable { var n: String }
            var list: [Element]
        }
        let value = try Value(encoding: Wrong(list: [.init(n: "1")]))
        let error = #expect(throws: DecodingError.self) { try value.decoded(as: Outer.self) }
        guard case .typeMismatch(_, let context) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(context.codingPath.map(\.stringValue) == ["list", "Index 0", "n"])
        #expect(context.debugDescription == "Expected an integer, found a string.")
        #expect(throws: DecodingError.self) { try Value.map([]).decoded(as: Small.self) }
        #expect(throws: DecodingError.self) { try Value.null.decoded(as: Small.self) }
    }

    private final class Node: Codable {
        var next: Node?
        init(_ next: Node?) { self.next = next }
    }

    private final class Wrapper: Encodable {
        var content: Wrapper?

        func encode(to encoder: any Encoder) throws {
            var single = encoder.singleValueContainer()
            try single.encode(content)
        }
    }

    private func chain(_ length: Int) -> Node? {
        var head: Node?
        for _ in 0..<length { head = Node(head) }
        return head
    }

    @Test func nestingIsBoundedOnEveryWay() throws {
        _ = try roundTrip(chain(Value.maximumDepth))
        #expect(throws: EncodingError.self) {
            try Value(encoding: self.chain(Value.maximumDepth + 1))
        }
        let circle = Node(nil)
        circle.next = circle
        defer { circle.next = nil }
        #expect(throws: EncodingError.self) { try Value(encoding: circle) }

        let wrapper = Wrapper()
        wrapper.content = wrapper
        defer { wrapper.content = nil }
        #expect(throws: EncodingError.self) { try Value(encoding: wrapper) }

        var deep = Value.null
        for _ in 0..<Value.maximumDepth { deep = .array([deep]) }
        #expect(try Value(serialized: deep.serialized()) == deep)
        let deeper = Value.map([.init("a", deep)])
        #expect(throws: ValueError.tooDeep) { try deeper.serialized() }
        let hostile: [UInt8] = [1] + Array(repeating: 0x81, count: 1_000_000)
        #expect(throws: ValueError.tooDeep) { try Value(serialized: hostile) }
        let maps: [UInt8] = [1] + Array(repeating: [0xA1, 0x60], count: 500_000).joined()
        #expect(throws: ValueError.tooDeep) { try Value(serialized: maps) }
    }

    @Test(
        arguments: [
            ([], ValueError.truncated),
            ([1], .truncated),
            ([2, 0], .unknownVersion(2)),
            ([1, 0, 0], .malformed(offset: 2, reason: "unexpected data after the value")),
            ([1, 0x18], .truncated),
            ([1, 0x62, 0x61], .truncated),
            // Lengths that exceed any memory.
            ([1, 0x9B] + Array(repeating: 0xFF, count: 8), .truncated),
            ([1, 0xBB, 0x7F] + Array(repeating: 0xFF, count: 7), .truncated),
            ([1, 0x5A, 0xFF, 0xFF, 0xFF, 0xFF], .truncated),
            ([1, 0x82, 0x00], .truncated),
            ([1, 0x61, 0xFF], .malformed(offset: 1, reason: "text that is not UTF-8")),
            ([1, 0xA1, 0x00, 0x00], .malformed(offset: 2, reason: "a key that is no text")),
            (
                [1, 0xA2, 0x61, 0x61, 0, 0x61, 0x61, 0],
                .malformed(offset: 8, reason: "a map with a key twice, ending")
            ),
            ([1, 0x9F, 0xFF], .malformed(offset: 1, reason: "an indefinite length")),
            ([1, 0xC0, 0x00], .malformed(offset: 1, reason: "a tag")),
            ([1, 0xF9, 0, 0], .malformed(offset: 1, reason: "an item of unknown type")),
            (
                [1, 0x3B] + Array(repeating: 0xFF, count: 8),
                .malformed(offset: 1, reason: "an integer below Int64.min")
            ),
        ] as [([UInt8], ValueError)])
    func bytesOfNoValueAreRefused(bytes: [UInt8], error: ValueError) {
        #expect(throws: error) { try Value(serialized: bytes) }
    }

    /// Any bytes give an error or a value that serializes to the same value, never a trap.
    @Test func anyBytesMayBePassed() throws {
        var random = Xorshift(state: 0x2545_F491_4F6C_DD1D)
        let good = try Value(encoding: Everything()).serialized()
        for round in 0..<5_000 {
            var bytes = good
            if round % 4 == 0 {
                bytes = (0..<Int(random.next() % 64)).map { _ in
                    UInt8(truncatingIfNeeded: random.next())
                }
                if !bytes.isEmpty { bytes[0] = Value.version }
            } else {
                for _ in 0...(random.next() % 4) {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                        truncatingIfNeeded: random.next())
                }
                bytes.removeLast(Int(random.next() % 3))
            }
            guard let value = try? Value(serialized: bytes) else { continue }
            // NaN is not equal to itself.
            #expect(try Value(serialized: value.serialized()).serialized() == value.serialized())
            _ = try? value.decoded(as: Everything.self)
            _ = try? value.decoded(as: [String: Int].self)
            _ = try? value.decoded(as: [Int].self)
        }
    }

    private struct Xorshift {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private class Base: Codable {
        var base = 1
    }

    private final class Derived: Base {
        var own = 2
        private enum Keys: CodingKey { case own }

        override init() { super.init() }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            own = try container.decode(Int.self, forKey: .own)
            try super.init(from: try container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(own, forKey: .own)
            try super.encode(to: container.superEncoder())
        }
    }

    /// Containers that types encode by hand: nested containers, a superclass, a container opened
    /// twice.
    private struct ByHand: Codable, Equatable {
        var a = 1
        var b = [1, 2]
        var c = 3
        private enum Keys: CodingKey { case nested, list, a, c }

        init() {}

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            let nested = try container.nestedContainer(keyedBy: Keys.self, forKey: .nested)
            a = try nested.decode(Int.self, forKey: .a)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            b = []
            while !list.isAtEnd {
                var inner = try list.nestedUnkeyedContainer()
                while try !inner.decodeNil() { b.append(try inner.decode(Int.self)) }
            }
            c = try decoder.container(keyedBy: Keys.self).decode(Int.self, forKey: .c)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            var nested = container.nestedContainer(keyedBy: Keys.self, forKey: .nested)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            for number in b.prefix(1) { try nested.encode(number + 6, forKey: .a) }
            try nested.encode(a, forKey: .a)
            var inner = list.nestedUnkeyedContainer()
            for number in b { try inner.encode(number) }
            try inner.encodeNil()
            var again = encoder.container(keyedBy: Keys.self)
            try again.encode(c, forKey: .c)
        }
    }

    @Test func typesThatEncodeThemselvesByHandComeBack() throws {
        #expect(try roundTrip(ByHand()) == ByHand())
        let derived = Derived()
        derived.base = 8
        derived.own = 9
        let copy = try roundTrip(derived)
        #expect(copy.base == 8)
        #expect(copy.own == 9)
    }

    private struct Twice: Encodable {
        func encode(to encoder: any Encoder) throws {
            var single = encoder.singleValueContainer()
            try single.encode(1)
            try single.encode(2)
        }
    }

    private struct Both: Encodable {
        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(1)
            var single = encoder.singleValueContainer()
            try single.encode(2)
        }
    }

    @Test func twoValuesInOnePlaceAreAnErrorOfEncoding() {
        #expect(throws: EncodingError.self) { try Value(encoding: Twice()) }
        #expect(throws: EncodingError.self) { try Value(encoding: [Both()]) }
    }

    @Test func largeMapsAreReadAndWrittenInLinearTime() throws {
        var numbers: [String: Int] = [:]
        for number in 0..<50_000 { numbers["key \(number)"] = number }
        #expect(try roundTrip(numbers) == numbers)
    }
}
