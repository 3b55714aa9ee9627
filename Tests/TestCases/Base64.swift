// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The encoding of bytes in test cases.
package enum Base64 {
    /// Decodes a text; returns no bytes if it is malformed.
    package static func decode(_ text: String) -> [UInt8] {
        Data(base64Encoded: text).map(Array.init) ?? []
    }
}
