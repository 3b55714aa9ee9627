// SPDX-License-Identifier: Apache-2.0

import SessionCoding
import Testing

@Suite
struct SessionRecordTests {
    private let record = SessionRecord(
        expires: 1_700_000_000_123, created: 1_690_000_000_456, timeout: 1800, revision: 7,
        values: Array("some values, no multiple of eight".utf8))

    @Test func comesBackAsItWas() {
        #expect(SessionRecord(record.encoded) == record)
        var empty = record
        empty.values = []
        #expect(SessionRecord(empty.encoded) == empty)
        #expect(empty.encoded.count == SessionRecord.headerSize)
    }

    @Test func everyTruncationIsNone() {
        let bytes = record.encoded
        for count in 0..<bytes.count { #expect(SessionRecord(Array(bytes.prefix(count))) == nil) }
        #expect(SessionRecord(bytes + [0]) == nil)
    }

    @Test func everyChangedByteIsNoticedExceptInTheExpiry() {
        let bytes = record.encoded
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x41
            let isExpiry = (8..<16).contains(index)
            #expect((SessionRecord(changed) != nil) == isExpiry, "byte \(index)")
        }
    }

    @Test func theExpiryCanBeWrittenInPlace() {
        var bytes = record.encoded
        let offset = SessionRecord.expiryOffset
        bytes.replaceSubrange(offset..<offset + 8, with: SessionRecord.expiryBytes(-5))
        #expect(SessionRecord(bytes)?.expires == -5)
        #expect(SessionRecord.expiry(of: bytes) == -5)
    }

    @Test(arguments: [[0, 1, 2, 255], [], Array(repeating: 0, count: 48), Array("MSWS".utf8)])
    func whatIsNoRecordHasNoExpiry(bytes: [UInt8]) {
        #expect(SessionRecord.expiry(of: bytes) == nil)
        #expect(SessionRecord(bytes) == nil)
    }

    @Test func randomBytesAreNoRecord() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<200, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(SessionRecord(bytes) == nil)
        }
    }
}

@Suite
struct StoreKeyTests {
    @Test func textComesBackAsItWas() throws {
        let text = "0123456789abcdeffedcba9876543210"
        let key = try #require(StoreKey(text))
        #expect(key.text == text)
        #expect(key.bytes.first == 0x01 && key.bytes.last == 0x10 && key.bytes.count == 16)
        #expect(StoreKey(high: 0, low: 1).text == "00000000000000000000000000000001")
    }

    @Test(arguments: [
        "", "x", "a/../../b", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", "zz zz",
        String(repeating: "0", count: 31), String(repeating: "0", count: 33),
        String(repeating: "0", count: 5000), "0123456789abcdeffedcba987654321\n",
        "٠123456789abcdeffedcba987654321",
    ])
    func everythingElseIsNone(text: String) { #expect(StoreKey(text) == nil) }

    @Test(arguments: "09af".utf8)
    func everyByteIsADigitOrNone(other: UInt8) {
        let digits = Array("0123456789abcdef".utf8)
        for position in 0..<StoreKey.textLength {
            var bytes = [UInt8](repeating: other, count: StoreKey.textLength)
            let found = (UInt8.min ... .max).filter { byte in
                bytes[position] = byte
                let key = StoreKey(in: bytes.span, bytes.indices)
                return key?.text.utf8.elementsEqual(bytes) == true
            }
            #expect(found == digits)
        }
    }

    @Test func lockOffsetsAreLegal() {
        #expect(StoreKey(high: .max, low: .max).lockOffset == Int64.max >> 1)
        #expect(StoreKey(high: 0, low: 0).lockOffset == 0)
    }
}
