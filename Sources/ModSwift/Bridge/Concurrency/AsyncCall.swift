// SPDX-License-Identifier: Apache-2.0

// SAFETY: the executors ensure that only one thread at a time uses the call.
/// One call of an async function by one of our executors: its argument and its result.
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

    /// Records that a trap has left the call, which never finishes by itself.
    func end(with trap: Trap) { result = .failure(trap) }

    /// The error that the function has thrown, except a trap.
    var failure: (any Error)? {
        guard case .failure(let error)? = result, !(error is Trap) else { return nil }
        return error
    }

    /// Returns the result. Called once, so that the error is released where the caller has caught
    /// it.
    ///
    /// - Throws: The function's error, or the trap.
    func outcome() throws -> Result {
        guard let result = result.take() else { stop("An async handler ended without an outcome") }
        return try result.get()
    }
}
