// SPDX-License-Identifier: Apache-2.0

/// The name of the copy of all modules' globals that a request uses.
///
/// What mod_python called an interpreter is here a namespace: each has its own build of every module
/// it uses, and so its own types and globals.
enum Namespace {
    /// The namespace where no server has a name.
    static let main = "main_interpreter"

    /// Names the namespace of handlers: that of their server.
    static func name(at server: ServerRecord?, _ configuration: DirectoryConfiguration?) -> String {
        configuration?.interpreter ?? server?.hostname ?? main
    }
}
