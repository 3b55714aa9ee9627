// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of 1 MiB, written in Swift.

import ModSwift

private let constants: [UInt32] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]
private let initial: [UInt32] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]
private let length = 1 << 20
private let message: [UInt8] = {
    let size = (0..<8).reversed().map { UInt8(truncatingIfNeeded: (length * 8) >> (8 * $0)) }
    return [UInt8](repeating: UInt8(ascii: "a"), count: length) + [0x80]
        + [UInt8](repeating: 0, count: 55) + size
}()

private func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 &- n) }

private func hash(_ message: Span<UInt8>) -> [UInt32] {
    let constants = constants.span
    var h = initial
    var w = [UInt32](repeating: 0, count: 64)
    for start in stride(from: 0, to: message.count, by: 64) {
        for i in 0..<16 {
            let p = start &+ 4 &* i
            w[i] =
                UInt32(message[p]) &<< 24 | UInt32(message[p &+ 1]) &<< 16
                | UInt32(message[p &+ 2]) &<< 8 | UInt32(message[p &+ 3])
        }
        for i in 16..<64 {
            let (x, y) = (w[i &- 15], w[i &- 2])
            w[i] =
                w[i &- 16] &+ w[i &- 7] &+ (rotated(x, 7) ^ rotated(x, 18) ^ x &>> 3)
                &+ (rotated(y, 17) ^ rotated(y, 19) ^ y &>> 10)
        }
        var (a, b, c, d) = (h[0], h[1], h[2], h[3])
        var (e, f, g, k) = (h[4], h[5], h[6], h[7])
        for i in 0..<64 {
            let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let t = k &+ constants[i] &+ w[i] &+ s1 &+ ((e & f) ^ (~e & g))
            let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let u = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (k, g, f, e, d, c, b, a) = (g, f, e, d &+ t, c, b, a, t &+ u)
        }
        for (i, x) in [a, b, c, d, e, f, g, k].enumerated() { h[i] &+= x }
    }
    return h
}

private func hexadecimal(_ x: UInt32) -> String {
    let digits = String(x, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits
}

func handler(_ req: Request) {
    req.contentType = "text/plain"
    req.write(hash(message.span).map(hexadecimal).joined() + "\n")
}
