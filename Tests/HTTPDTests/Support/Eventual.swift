// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The result of a body on a separate thread.
final class Eventual<Value: Sendable>: @unchecked Sendable {  // because of the semaphore
    private let isDone = DispatchSemaphore(value: 0)
    private var result: Result<Value, any Error> = .failure(Pending())

    private struct Pending: Error {}

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread {
            self.result = Result { try body() }
            self.isDone.signal()
        }
    }

    static func all(_ count: Int, _ body: @escaping @Sendable () throws -> Value) -> [Eventual] {
        (0..<count).map { _ in Eventual(body) }
    }

    func get() throws -> Value {
        isDone.wait()
        defer { isDone.signal() }
        return try result.get()
    }
}
