// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 by APR, which every httpd contains: no implementation of our own, no further library in
// the process.

internal import CApache

/// Whether APR is initialised. Initialised once in a process and never terminated: APR counts its
/// users without a lock, and in httpd the server itself has initialised it long before.
private let aprStarted = apr_initialize() == APR_SUCCESS

// SAFETY: the hash lives in the pool, the pool as long as this value, and neither leaves it.
/// A running SHA-256 computation.
///
/// For one thread at a time. Owns an APR pool, which is destroyed together with it.
@safe package struct SHA256: ~Copyable {
    private let pool: OpaquePointer
    private let hash: UnsafeMutablePointer<apr_crypto_hash_t>

    package init() {
        var pool: OpaquePointer?
        precondition(aprStarted, "APR did not start: it has no memory")
        // SAFETY: a pool without a parent belongs to us until we destroy it.
        let made = unsafe apr_pool_create_ex(&pool, nil, nil, nil)
        guard made == APR_SUCCESS, let pool = unsafe pool,
            let hash = unsafe apr_crypto_sha256_new(pool)
        else { preconditionFailure("APR has no memory for a pool") }
        unsafe hash.pointee.`init`(hash)
        unsafe self.pool = pool
        unsafe self.hash = hash
    }

    deinit {
        unsafe apr_pool_destroy(pool)
    }

    package mutating func update(_ bytes: [UInt8]) {
        // SAFETY: the bytes are borrowed for the call.
        unsafe bytes.withUnsafeBytes { unsafe hash.pointee.add(hash, $0.baseAddress, $0.count) }
    }

    /// Returns the digest in lower-case hexadecimal, 64 digits. Call once.
    mutating func finish() -> String { hexadecimal(finishBytes()) }

    /// Returns the 32 bytes of the digest. Call once.
    package mutating func finishBytes() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // SAFETY: SHA-256 writes 32 bytes.
        unsafe digest.withUnsafeMutableBufferPointer {
            unsafe hash.pointee.finish(hash, $0.baseAddress)
        }
        return digest
    }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
