// SPDX-License-Identifier: Apache-2.0

/// The decision about a function that a directive may name.
enum Outcome {
    /// A handler; or, with a form, a function that httpd's access control calls.
    case handler(HandlerCall, ProviderForm?)
    /// A function that the publisher calls for a URL.
    case published(Publication)
    case refused(String)
}

extension Outcome {
    var isRefused: Bool { if case .refused = self { true } else { false } }
}
