// SPDX-License-Identifier: Apache-2.0

/// Counts the values that were read. The library may change without its handlers (library
/// evolution), so the compiler cannot omit a read whose value is not used.
struct Tally {
    private(set) var count = 0

    mutating func read<each Value>(_ values: repeat each Value) {
        for _ in repeat each values { count += 1 }
    }

    mutating func readAll(_ error: any Error) {
        switch error {
        case let error as ServerError:
            read(error.code, error.operation, error.detail, error.status, error.message)
            read(error.description)
        case let error as FormError:
            read(error.status, error.description)
            for problem in error.problems {
                read(problem.name, problem.reason, problem.description)
            }
        case let error as RefusedValue: read(error.place, error.name, error.description)
        case let error as CookieError: read(error.name, error.reason, error.description)
        case let error as UnknownFilter: read(error.name, error.description)
        case let error as LineTooLongError:
            read(error.limit, error.status, error.description)
        case let error as HTTPError:
            read(error.status, error.message, error.headers.count, error.description)
        case let error as ResponseCompleteError: read(error.description)
        case let error as ClientGone: read(error.description)
        case let error as ChildStoppingError: read(error.description)
        case let error as ExpressionError:
            read(error.expression, error.message, error.description)
        case let error as SubrequestError: read(error.uri, error.isTooLarge, error.description)
        case let error as SessionError: read(error.status, error.description)
        case let error as Status:
            read(error.description, Status(rawValue: error.rawValue))
        case let error as any StatusError: read(error.status)
        default: read("\(error)")
        }
    }

    /// Calls a function that may throw, and reads its error.
    @discardableResult
    mutating func attempt<Value>(_ body: () throws -> Value) -> Value? {
        do {
            let value = try body()
            read(value)
            return value
        } catch {
            readAll(error)
            return nil
        }
    }
}
