// SPDX-License-Identifier: Apache-2.0
//
// libmsw_crypto.so.1, which is loaded at the first use: the one way to OpenSSL.

internal import CApache

/// Signatures (HMAC-SHA-256) and encryption (AES-256-GCM).
// SAFETY: the table of functions is constant and is never unloaded; each function may be called by any thread.
@safe struct Crypto: @unchecked Sendable {  // because what it points to is never written
    static let signatureSize = Int(MSW_SIGNATURE_SIZE)
    private static let tagSize = Int(MSW_SEAL_TAG_SIZE)

    private let functions: UnsafePointer<msw_crypto>

    /// libcrypto, loaded when it is first asked for, or why it cannot be.
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
            throw LoadError("OpenSSL's libcrypto has no HMAC, SHA-256 or AES-256-GCM")
        }
        unsafe self.functions = functions
    }

    /// The signature of a message; nil where libcrypto has failed.
    func signature(of message: [UInt8], key: [UInt8]) -> [UInt8]? {
        var signature = [UInt8](repeating: 0, count: Self.signatureSize)
        // SAFETY: all are borrowed for the call, which writes as many bytes as a signature has.
        let isSigned = unsafe functions.pointee.sign(
            key, key.count, message, message.count, &signature)
        return isSigned == 1 ? signature : nil
    }

    /// Whether a signature is that of a message, compared in constant time.
    func isSignature(_ signature: [UInt8], of message: [UInt8], key: [UInt8]) -> Bool {
        guard signature.count == Self.signatureSize else { return false }
        // SAFETY: all are borrowed for the call; the signature has the size that is read.
        return unsafe functions.pointee.verify(
            key, key.count, message, message.count, signature) == 1
    }

    /// A text encrypted and bound to data; nil where libcrypto has failed.
    ///
    /// - Parameter key: Never used for another text.
    func seal(_ text: [UInt8], with data: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == Int(MSW_SEAL_KEY_SIZE) else { return nil }
        var sealed = [UInt8](repeating: 0, count: text.count + Self.tagSize)
        // SAFETY: all are borrowed for the call, which writes as many bytes as the text and the tag have.
        let isSealed = unsafe functions.pointee.seal(
            key, data, data.count, text, text.count, &sealed)
        return isSealed == 1 ? sealed : nil
    }

    /// The text; nil where it was sealed with another key or other data, or was changed.
    func open(_ sealed: [UInt8], with data: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == Int(MSW_SEAL_KEY_SIZE), sealed.count >= Self.tagSize else { return nil }
        var text = [UInt8](repeating: 0, count: sealed.count - Self.tagSize)
        // SAFETY: all are borrowed for the call, which writes as many bytes as are sealed without the tag.
        let isOpened = unsafe functions.pointee.open(
            key, data, data.count, sealed, sealed.count, &text)
        return isOpened == 1 ? text : nil
    }

    /// Random bytes from the system's source.
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
