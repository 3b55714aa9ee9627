// SPDX-License-Identifier: Apache-2.0
//
// Passes state from one version of a module to the next when the next one comes into use.

internal import ModuleGraph
internal import Synchronization

/// The functions of a module that are called when it replaces another version or is replaced.
struct StateFunctions {
    /// The functions' names in the module.
    static let names: Set = ["handOver", "takeOver", "closeModule"]

    let handOver: ((ModuleState) throws -> Void)?
    let takeOver: ((ModuleState) throws -> Void)?
    let close: ((ModuleState) throws -> Void)?

    init(_ collector: HandlerCollector) {
        func function(_ name: String) -> ((ModuleState) throws -> Void)? {
            guard case .state(let body)? = collector.handlers[name] else { return nil }
            return body
        }
        handOver = function("handOver")
        takeOver = function("takeOver")
        close = function("closeModule")
    }
}

/// A use of a module version that has a `closeModule` function: by new requests, or by requests
/// that are still running. The version is closed when its last use ends.
final class ModuleUse: Sendable {
    private let library: LoadedLibrary
    /// The state that the module handed over to its next version.
    private let state = Mutex<StateBox?>(nil)

    init(_ library: LoadedLibrary) { self.library = library }

    fileprivate func keep(_ box: StateBox) { state.withLock { $0 = box } }

    deinit {
        let box = state.withLock { $0 } ?? StateBox()
        let library = library
        // Runs on another thread, so that a request that ends does not wait for it.
        let hasBegun = BackgroundThread.start {
            StateHandover.call(library.functions.close, "closeModule", of: library, box)
        }
        if !hasBegun {
            StateHandover.call(library.functions.close, "closeModule", of: library, box)
        }
    }
}

// The threads use it one after the other: to hand over, to take over and to close.
private final class StateBox: @unchecked Sendable {
    let state = ModuleState()
}

/// Hands over state between versions.
enum StateHandover {
    /// Identifies a module, whatever its version.
    private struct Place: Hashable, Sendable {
        let path: String
        let namespace: String
        let optimize: Bool
    }

    /// The version of each module that new requests use.
    private struct Current: Sendable {
        let library: LoadedLibrary
        let use: ModuleUse?
    }

    private static let current = Mutex<[Place: Current]>([:])

    /// Lets a version and the modules that it imports take over state from the previous versions.
    /// Called before requests use the version.
    static func run(for version: ModuleVersion) {
        for module in version.module.closure + [version.module] {
            guard let library = LoadedLibraries.library(module.key) else { continue }
            let place = Place(
                path: module.path, namespace: version.identity.namespace,
                optimize: version.identity.optimize)
            let before = current.withLock { current -> Current? in
                let before = current[place]
                guard before?.library !== library else { return nil }
                current[place] = Current(library: library, use: library.newUse())
                return before
            }
            guard let before else { continue }
            let box = StateBox()
            before.use?.keep(box)
            guard let handOver = before.library.functions.handOver,
                call(handOver, "handOver", of: before.library, box)
            else { continue }
            call(library.functions.takeOver, "takeOver", of: library, box)
        }
    }

    /// - Returns: False if the function failed. The failure is logged; after a failed `handOver` or
    ///   `takeOver`, the next version starts without the state.
    @discardableResult
    fileprivate static func call(
        _ function: ((ModuleState) throws -> Void)?, _ name: String, of library: LoadedLibrary,
        _ box: StateBox
    ) -> Bool {
        guard let function else { return true }
        let failure: HandlerFailure
        do {
            try TrapGuard.call(for: .child) { try function(box.state) }
            return true
        } catch let trap as Trap {
            SharedTrapStatistics.shared?.count(.traps)
            failure = TrapReporter.failure(of: trap, .child, "\(name) of \(library.module.path)")
        } catch {
            failure = HandlerFailure(describing: error)
        }
        MainServer.log(
            "MSW0793: \(name) of \(library.module.path) failed: \(failure.logMessage())",
            failure.level)
        return false
    }
}
