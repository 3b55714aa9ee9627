// SPDX-License-Identifier: Apache-2.0

internal import ModuleArtifact
internal import ModuleGraph
internal import SystemCalls

/// Builds the imports of a module: each module once and after its own imports, as many at a time as
/// the machine has processors.
final class ImportBuilds: Sendable {
    private struct State {
        var waiting: [ModuleNode]
        var missing: Set<ModuleKey>
        var running = 0
        var failure: (any Error)?
    }

    private let state: Monitor<State>
    private let deadline: MonotonicTime
    private let build: @Sendable (ModuleNode) throws -> Void

    /// - Parameters:
    ///   - missing: The modules to be built, each after its imports.
    ///   - build: Builds one of them.
    init(
        _ missing: [ModuleNode], until deadline: MonotonicTime,
        _ build: @escaping @Sendable (ModuleNode) throws -> Void
    ) {
        state = Monitor(State(waiting: missing, missing: Set(missing.map(\.key))))
        self.deadline = deadline
        self.build = build
    }

    /// Builds all of them.
    ///
    /// - Throws: The first failure; builds that have begun are finished first.
    func run() throws {
        let helpers = min(state.withLock { $0.waiting.count }, Processors.count) - 1
        // Without helpers this thread does all the work.
        for _ in 0..<max(0, helpers) { _ = BackgroundThread.start { self.work() } }
        work()
        _ = state.wait(until: nil) { $0.running == 0 ? true : nil }
        let (failure, left) = state.withLock { ($0.failure, $0.waiting.first) }
        if let failure { throw failure }
        if let left {
            throw HandlerFailure.buildTimedOut(
                left.path, seconds: LoaderSettings.current.buildTimeout)
        }
    }

    /// Builds one after the other, until none is left.
    private func work() {
        while let module = next() {
            let result = Result { try build(module) }
            state.change { state in
                state.running -= 1
                switch result {
                case .success: state.missing.remove(module.key)
                case .failure(let error): state.failure = state.failure ?? error
                }
            }
        }
    }

    /// Returns a module whose imports are available; nil if no work is left.
    private func next() -> ModuleNode? {
        state.wait(until: deadline) { state -> ModuleNode?? in
            if state.failure != nil || state.waiting.isEmpty { return .some(nil) }
            let ready = state.waiting.firstIndex { module in
                module.imports.allSatisfy { !state.missing.contains($0.module.key) }
            }
            guard let ready else { return nil }
            state.running += 1
            return state.waiting.remove(at: ready)
        } ?? nil
    }
}
