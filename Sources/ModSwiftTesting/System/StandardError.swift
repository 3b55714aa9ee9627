// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Prints messages for the person who runs the tests.
enum StandardError {
    static func print(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
