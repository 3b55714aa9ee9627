// SPDX-License-Identifier: Apache-2.0

import ModuleArtifact

/// The reason why there is no module, for the process that requested it.
struct BuildError: Error {
    let exit: BuilderExit
    let text: String
}
