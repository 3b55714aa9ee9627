// SPDX-License-Identifier: Apache-2.0

import SessionCoding
import Testing
import ValueCoding

@Suite
struct SessionValuesTests {
    private var all: SessionValues {
        var values = SessionValues()
        let numbers: [Any] = [0, -1, Int.min, Int.max, UInt.max, 127, 128, 0.5]
        values["numbers"] = Value(plain: numbers)
        values["text"] = Value(plain: "häß\0lich")
        values["flag"] = Value(plain: true)
        values["bytes"] = Value(plain: [0, 255] as [UInt8])
        values["null"] = .null
        values["map"] = Value(plain: ["a": 1, "b": ["c": [String]()]] as [String: Any])
        return values
    }

    @Test func comeBackAsTheyWere() throws {
        #expect(try SessionValues(all.encoded()) == all)
        #expect(try SessionValues(SessionValues().encoded()) == SessionValues())
    }

    @Test func keepSwiftsOwnTypes() throws {
        let values = try SessionValues(all.encoded())
        let numbers = try #require(values["numbers"]?.plain as? [Any])
        #expect(numbers[2] as? Int == Int.min)
        #expect(numbers[4] as? UInt == UInt.max)
        #expect(numbers[7] as? Double == 0.5)
        #expect(values["flag"]?.plain as? Bool == true)
        #expect(values["flag"]?.plain as? Int == nil)
        #expect(values["bytes"]?.plain as? [UInt8] == [0, 255])
        let map = try #require(values["map"]?.plain as? [String: Any])
        #expect(map["a"] as? Int == 1)
        #expect((map["b"] as? [String: Any])?["c"] as? [String] == [])
    }

    @Test func smallerIntegersBecomeInt() {
        #expect(Value(plain: UInt8(5))?.plain as? Int == 5)
        #expect(Value(plain: Int16(-5))?.plain as? Int == -5)
        #expect(Value(plain: Float(0.25))?.plain as? Double == 0.25)
        #expect(Value(plain: Substring("a"))?.plain as? String == "a")
    }

    @Test func otherTypesAreRefused() {
        struct Own {}
        #expect(Value(plain: Own()) == nil)
        #expect(Value(plain: [1, Own()] as [Any]) == nil)
        #expect(Value(plain: ["a": Own()] as [String: Any]) == nil)
    }

    @Test func nilRemovesAndOrderStays() {
        var values = all
        values["text"] = nil
        values["numbers"] = .integer(1)
        values["\0own"] = .integer(3)
        values["last"] = .integer(2)
        #expect(values.names == ["numbers", "flag", "bytes", "null", "map", "last"])
    }

    @Test func bytesThatAreNoMapAreNoValues() throws {
        let list = try Value.array([]).serialized()
        #expect(throws: ValueError.self) { try SessionValues(list) }
        let bytes = try all.encoded()
        for count in 0..<bytes.count {
            #expect(throws: ValueError.self) { try SessionValues(Array(bytes.prefix(count))) }
        }
    }
}
