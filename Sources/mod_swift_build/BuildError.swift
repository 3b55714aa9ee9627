// SPDX-License-Identifier: Apache-2.0

import ModuleArtifact

/// Why there is no module, for whoever asked for it.
struct BuildError: Error {
    let exit: BuilderExit
    let text: String
}
