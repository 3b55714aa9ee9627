// SPDX-License-Identifier: Apache-2.0

/// What becomes of a function that a directive may name.
enum Outcome {
    case handler(HandlerCall)
    case refused(String)
}
