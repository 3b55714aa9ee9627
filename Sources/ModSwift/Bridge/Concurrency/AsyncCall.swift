// SPDX-License-Identifier: Apache-2.0

// SAFETY: the executors see to it that one thread at a time has the call.
/// One call of an async function by an executor of ours: argument in, outcome out.
@safe final class AsyncCall<Argument, Result>: @unchecked Sendable {  // because of the executors
    private let argument: Argument
    private let function: (Argument) async throws -> Result
    private var result: Swift.Result<Result, any Error>?

    init(_ argument: Argument, _ function: @escaping (Argument) async throws -> Result) {
        self.argument = argument
        self.function = function
    }

    func perform() async {
        do {
            result = .success(try await function(argument))
        } catch {
            result = .failure(error)
        }
    }

    /// It was left by a trap, and never comes to an end of its own.
    func end(with trap: Trap) { result = .failure(trap) }

    /// What the function has thrown; but for a trap.
    var failure: (any Error)? {
        guard case .failure(let error)? = result, !(error is Trap) else { return nil }
        return error
    }

    /// Asked for once: what the function threw ends where its caller has caught it.
    ///
    /// - Throws: What the function threw, or the trap.
    func outcome() throws -> Result {
        guard let result = result.take() else { stop("An async handler ended without an outcome") }
        return try result.get()
    }
}
