// SPDX-License-Identifier: Apache-2.0

internal import SystemCalls

/// The file that `SwiftSecretFile` names: a key on each line, the current one first. Empty lines
/// and lines that begin with # are ignored.
struct SecretFile {
    /// The reason why a file cannot be used.
    enum Fault: Error, CustomStringConvertible {
        case noKey(String)
        case shortKey(String, line: Int)

        var description: String {
            switch self {
            case .noKey(let path): "\(path) holds no key"
            case .shortKey(let path, let line):
                "the key on line \(line) of \(path) is shorter than \(SecretFile.minimumLength) characters"
            }
        }
    }

    static let minimumLength = 32
    private static let maximumSize = 64 << 10
    /// The number of random bytes in a new key.
    private static let keySize = 32

    let path: String

    /// Reads the keys.
    func read() throws -> SecretKeys {
        let bytes = try FileSystem.readSecret(path, limit: Self.maximumSize)
        var keys: [[UInt8]] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let key = line.trimmingBlanks
            if key.isEmpty || key.first == UInt8(ascii: "#") { continue }
            guard key.count >= Self.minimumLength else {
                throw Fault.shortKey(path, line: index + 1)
            }
            keys.append(Array(key))
        }
        guard !keys.isEmpty else { throw Fault.noKey(path) }
        return SecretKeys(keys: keys)
    }

    /// Creates the file with a new key, unless it exists.
    ///
    /// - Returns: Whether it was created.
    func makeIfMissing() throws -> Bool {
        guard FileSystem.fingerprint(of: path) == nil else { return false }
        let digits = Array("0123456789abcdef".utf8)
        let key = Crypto.random(Self.keySize).flatMap {
            [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        }
        return try FileSystem.createSecret(path, key + [UInt8(ascii: "\n")])
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingBlanks: ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard let first = firstIndex(where: { !isBlank($0) }),
            let last = lastIndex(where: { !isBlank($0) })
        else { return [] }
        return self[first...last]
    }
}
