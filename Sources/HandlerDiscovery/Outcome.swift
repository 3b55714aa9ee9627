// SPDX-License-Identifier: Apache-2.0

/// What becomes of a function that a directive may name.
enum Outcome {
    /// A handler; or, in a form of its own, a function that httpd's access control asks.
    case handler(HandlerCall, ProviderForm?)
    /// What the publisher calls for a URL.
    case published(Publication)
    case refused(String)
}

extension Outcome {
    var isRefused: Bool { if case .refused = self { true } else { false } }
}
