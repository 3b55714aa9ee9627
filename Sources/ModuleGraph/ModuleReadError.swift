// SPDX-License-Identifier: Apache-2.0

package import SystemCalls

/// The reason why the sources of a module cannot be used.
package enum ModuleReadError: Error, Sendable {
    /// There is nothing at the path of the requested module.
    case missing
    case unreadable(SystemError)
    /// A file is not Swift text; the reason follows its path in a message.
    case notSwift(path: String, reason: String)
    /// The modules' imports form a cycle, or are nested without end, in the form of a compiler
    /// message.
    case refused(diagnostics: String)
}
