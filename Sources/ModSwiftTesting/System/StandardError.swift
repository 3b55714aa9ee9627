// SPDX-License-Identifier: Apache-2.0

import Foundation

/// For the person who runs the tests.
enum StandardError {
    static func print(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
