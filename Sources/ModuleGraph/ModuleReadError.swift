// SPDX-License-Identifier: Apache-2.0

package import SystemCalls

/// Why the sources of a module are none.
package enum ModuleReadError: Error, Sendable {
    /// There is nothing at the path of the module that was asked for.
    case missing
    case unreadable(SystemError)
    /// A file is no Swift text, for a reason that follows its path.
    case notSwift(path: String, reason: String)
    /// What the modules import goes round in a circle, or on for ever: as the compiler would say it.
    case refused(diagnostics: String)
}
