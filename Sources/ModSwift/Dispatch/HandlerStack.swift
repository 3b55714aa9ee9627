// SPDX-License-Identifier: Apache-2.0

/// What several handlers of one phase come to.
///
/// Where httpd asks all modules, the next handler runs after ok and declined; where it asks until
/// one answers, after declined. A cleanup is nobody's answer: all of them run. Anything else ends
/// the phase with that result. (mod_python 3.3's rules, N5-13.)
struct HandlerStack {
    private(set) var result = Status.declined
    private(set) var isDone = false
    private let phase: Phase

    @inline(__always)
    init(_ phase: Phase) { self.phase = phase }

    @inline(__always)
    mutating func add(_ status: Status?) {
        guard phase != .cleanup else { return }
        switch status {
        case nil, .declined: break
        case .ok:
            result = .ok
            isDone = phase.endsWithOk
        case let status?:
            result = status
            isDone = true
        }
    }
}

extension Phase {
    /// Whether one handler's ok is the phase's: those of httpd's RUN_FIRST, apart from content.
    @inline(__always)
    fileprivate var endsWithOk: Bool {
        switch self {
        case .quick, .trans, .mapToStorage, .authen, .authz, .type: true
        default: false
        }
    }
}
