// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The encoding of bytes in cases.
package enum Base64 {
    /// Decodes a text; no bytes where it is malformed.
    package static func decode(_ text: String) -> [UInt8] {
        Data(base64Encoded: text).map(Array.init) ?? []
    }
}
