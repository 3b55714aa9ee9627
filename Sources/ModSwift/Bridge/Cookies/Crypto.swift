// SPDX-License-Identifier: Apache-2.0
//
// libmsw_crypto.so.1, which is loaded at the first use: the only access to OpenSSL.

internal import CApache

/// Signatures (HMAC-SHA-256) and encryption (AES-256-GCM).
// SAFETY: the table of functions is constant and is never unloaded; each function may be called by any thread.
@safe struct Crypto: @unchecked Sendable {  // because what it points to is never written
    private static let tagSize = Int(MSW_SEAL_TAG_SIZE)

    private let functions: UnsafePointer<msw_crypto>

    /// libcrypto, loaded at the first access, or the reason why it cannot be loaded.
    static let loaded: Result<Crypto, LoadError> = Result { () throws(LoadError) in try Crypto() }

    private init() throws(LoadError) {
        let path = "\(LibraryImage.directory)/libmsw_crypto.so.1"
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw LoadError(unsafe dlerror().map { unsafe String(cString: $0) } ?? "dlopen failed")
        }
        guard let symbol = unsafe dlsym(handle, MSW_CRYPTO_SYMBOL) else {
            throw LoadError("\(path) has no \(MSW_CRYPTO_SYMBOL)")
        }
        // SAFETY: the function has this type in the library of the same build.
        let make = unsafe unsafeBitCast(symbol, to: msw_crypto_functions_t.self)
        guard let functions = unsafe make() else {
            throw LoadError("OpenSSL's libcrypto has no SHA-256 or AES-256-GCM")
        }
        unsafe self.functions = functions
    }

    /// Signs the bytes after the room for a signature and a colon, together with a kind and a name,
    /// and writes the signature there; false where libcrypto has failed.
    ///
    /// - Parameter offset: The position of the space for the signature.
    func sign(
        _ value: inout [UInt8], from offset: Int, kind: UInt8, name: String, key: [UInt8]
    ) -> Bool {
        let size = Int(MSW_SIGNATURE_SIZE)
        guard offset >= 0, value.count - offset > size else { return false }
        var name = name
        // SAFETY: all are borrowed for the call, which writes exactly the bytes of a signature.
        return name.withUTF8 { name in
            unsafe value.withUnsafeMutableBufferPointer { value in
                guard let start = unsafe value.baseAddress.map({ unsafe $0 + offset }) else {
                    return false
                }
                var message = unsafe msw_message(
                    kind: kind, name: name.baseAddress, name_size: name.count,
                    text: start + size + 1, text_size: value.count - offset - size - 1)
                return unsafe functions.pointee.sign(key, key.count, &message, start) == 1
            }
        }
    }

    /// Whether a signature in the bytes is that of the other bytes, a kind and a name, compared in
    /// constant time.
    func isSignature(
        in bytes: Span<UInt8>, at signature: Range<Int>, of signed: Range<Int>, kind: UInt8,
        name: String, key: [UInt8]
    ) -> Bool {
        guard signature.count == Int(MSW_SIGNATURE_SIZE),
            bytes.indices.contains(signature.lowerBound),
            signature.upperBound <= bytes.count, signed.lowerBound >= 0,
            signed.upperBound <= bytes.count
        else { return false }
        var name = name
        // SAFETY: all are borrowed for the call; the ranges are within the bytes.
        return name.withUTF8 { name in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return false }
                var message = unsafe msw_message(
                    kind: kind, name: name.baseAddress, name_size: name.count,
                    text: start + signed.lowerBound, text_size: signed.count)
                return unsafe functions.pointee.verify(
                    key, key.count, &message, start + signature.lowerBound) == 1
            }
        }
    }

    /// Returns the HMAC of a kind and a text; nil if libcrypto has failed.
    func hmac(of text: [UInt8], kind: UInt8, key: [UInt8]) -> [UInt8]? {
        var hmac = [UInt8](repeating: 0, count: Int(MSW_HMAC_SIZE))
        // SAFETY: all are borrowed for the call, which writes exactly the bytes of an HMAC.
        let isDone = unsafe text.withUnsafeBufferPointer { text in
            var message = unsafe msw_message(
                kind: kind, name: text.baseAddress, name_size: 0, text: text.baseAddress,
                text_size: text.count)
            return unsafe functions.pointee.hmac(key, key.count, &message, &hmac)
        }
        return isDone == 1 ? hmac : nil
    }

    /// Encrypts a text and binds it to data; nil if libcrypto has failed.
    ///
    /// - Parameter key: A key that is never used for another text.
    func seal(_ text: [UInt8], with data: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == Int(MSW_SEAL_KEY_SIZE) else { return nil }
        var sealed = [UInt8](repeating: 0, count: text.count + Self.tagSize)
        // SAFETY: all are borrowed for the call, which writes exactly the bytes of the text and the
        // tag.
        let isSealed = unsafe functions.pointee.seal(
            key, data, data.count, text, text.count, &sealed)
        return isSealed == 1 ? sealed : nil
    }

    /// Decrypts a text; nil if it was encrypted with another key or other data, or was changed.
    func open(_ sealed: [UInt8], with data: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == Int(MSW_SEAL_KEY_SIZE), sealed.count >= Self.tagSize else { return nil }
        var text = [UInt8](repeating: 0, count: sealed.count - Self.tagSize)
        // SAFETY: all are borrowed for the call, which writes as many bytes as are sealed without
        // the tag.
        let isOpened = unsafe functions.pointee.open(
            key, data, data.count, sealed, sealed.count, &text)
        return isOpened == 1 ? text : nil
    }

    /// Returns random bytes from the system.
    static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // SAFETY: borrowed for the call; getrandom fills up to 256 bytes in one.
        let filled = unsafe bytes.withUnsafeMutableBytes {
            unsafe getrandom($0.baseAddress, $0.count, 0)
        }
        guard filled == count else { stop("The system has no random bytes") }
        return bytes
    }
}
