// SPDX-License-Identifier: Apache-2.0

import ModSwiftArtifact

/// Why there is no module, for whoever asked for it.
struct BuildProblem: Error {
    let exit: BuilderExit
    let text: String
}
