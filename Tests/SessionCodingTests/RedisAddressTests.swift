// SPDX-License-Identifier: Apache-2.0

import SessionCoding
import Testing

@Suite
struct RedisAddressTests {
    @Test func hasDefaults() throws {
        let address = try RedisAddress("db.example.org")
        #expect(address.host == "db.example.org" && address.port == 6379 && address.database == 0)
        #expect(address.password == nil && address.timeout == 1 && address.lockLifetime == 30)
    }

    @Test func takesAllOfAURL() throws {
        let address = try RedisAddress(
            "redis://ann:p@ss:word@10.0.0.1:7000/3?timeout=0.5&lock_lifetime=2&prefix=a:")
        #expect(address.host == "10.0.0.1" && address.port == 7000 && address.database == 3)
        #expect(address.user == "ann" && address.password == "p@ss:word")
        #expect(address.timeout == 0.5 && address.lockLifetime == 2 && address.prefix == "a:")
    }

    @Test func takesPathsAndAddressesWithColons() throws {
        for text in ["/run/redis.sock", "unix:///run/redis.sock"] {
            let address = try RedisAddress(text)
            #expect(address.host == "/run/redis.sock" && address.port == 0)
        }
        let address = try RedisAddress("redis://:secret@[::1]:6380")
        #expect(address.host == "::1" && address.port == 6380)
        #expect(address.user == nil && address.password == "secret")
    }

    @Test(arguments: [
        "", "redis://", "host:", "host:0", "host:65536", "host:x", "host/x", "[::1", "[::1]x",
        "host?timeout=0", "host?timeout=x", "host?lock_lifetime=0", "host?other=1",
    ])
    func everythingElseSaysWhatIsWrong(text: String) {
        #expect(throws: RedisAddress.Malformed.self) { try RedisAddress(text) }
    }
}
