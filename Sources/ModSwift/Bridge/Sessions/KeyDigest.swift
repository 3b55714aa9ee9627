// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import ModuleArtifact
internal import SessionCoding

extension StoreKey {
    /// Returns a key that cannot be guessed: 128 random bits from the system, read in one call.
    static func random() -> StoreKey {
        var words: (UInt64, UInt64) = (0, 0)
        // SAFETY: the call fills in the 16 bytes; for up to 256 bytes it returns all or, before the
        // system's random generator is initialised, waits.
        let count = unsafe withUnsafeMutableBytes(of: &words) { bytes in
            unsafe getrandom(bytes.baseAddress, bytes.count, 0)
        }
        guard count == 16 else { stop("The system gives no random bytes") }
        return StoreKey(high: words.0, low: words.1)
    }
}

/// Computes keys of named objects.
enum KeyDigest {
    /// Returns the first half of a SHA-256. The boundary between the two names is part of the
    /// input.
    static func of(_ space: String, _ name: String) -> StoreKey {
        var hash = SHA256()
        hash.update(Array("\(space.utf8.count) \(space)\(name)".utf8))
        let bytes = hash.finishBytes()
        func word(_ start: Int) -> UInt64 {
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        return StoreKey(high: word(0), low: word(8))
    }
}
