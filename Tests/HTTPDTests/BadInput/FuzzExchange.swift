// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting

/// The data sent on one connection, determined by a seed and a number.
struct FuzzExchange {
    enum Ending { case readsAnswers, leaves }

    private(set) var bytes: [UInt8] = []
    private(set) var requests = 0
    let ending: Ending
    /// The position at which the bytes are cut for sending.
    let cut: Int

    init(seed: UInt64, number: Int, speaksHTTP: Bool) {
        var random = FuzzRandom(seed: seed, number: number)
        let count = random.chance(60) ? 1 : 2 + random.below(5)
        for _ in 0..<count {
            if speaksHTTP {
                FuzzRequest.append(to: &bytes, &random)
            } else {
                bytes += Self.lines(&random)
            }
        }
        requests = count
        if random.chance(12) { Self.mutate(&bytes, &random) }
        ending = random.chance(6) ? .leaves : .readsAnswers
        cut = random.chance(15) ? random.below(bytes.count) : bytes.count
    }

    /// Data for a line-based protocol.
    private static func lines(_ random: inout FuzzRandom) -> [UInt8] {
        (0..<random.below(8)).flatMap { _ in
            random.bytes(upTo: 120) + random.pick([[10], [13, 10], [], [0, 10], [10, 10]])
        }
    }

    /// Changes, removes or repeats bytes, or ends early.
    private static func mutate(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        for _ in 0...random.below(4) where !bytes.isEmpty {
            let start = random.below(bytes.count)
            let part = start..<min(bytes.count, start + 1 + random.below(12))
            switch random.below(6) {
            case 0: bytes[start] = random.byte()
            case 1: bytes[start] ^= 1 << UInt8(random.below(8))
            case 2: bytes.removeSubrange(part)
            case 3: bytes.insert(contentsOf: bytes[part], at: random.below(bytes.count))
            case 4: bytes.insert(contentsOf: random.bytes(upTo: 6), at: start)
            default: if random.chance(30) { bytes.removeSubrange(start...) }
            }
        }
    }

    /// The bytes in the form for a message, as many as are useful.
    var shown: String {
        String(decoding: bytes.prefix(1500), as: UTF8.self).debugDescription
            + (bytes.count > 1500 ? " … \(bytes.count) bytes" : "")
    }
}
