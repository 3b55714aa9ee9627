// SPDX-License-Identifier: Apache-2.0

/// A module with the interface a registration file uses.
///
/// Its registrar calls every synchronous handler twice and prints what it is and what came of it.
let stubOfModSwift = """
    public final class Request {
        public var path = "/hello"
        public init() {}
    }
    public final class Connection { public init() {} }
    public final class Filter { public init() {} }

    public struct Status: Sendable, Equatable {
        public var rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static var ok: Status { Status(rawValue: 0) }
    }

    public struct HandlerRegistrar {
        public init(_ context: UnsafeMutableRawPointer) {}

        public func add(_ name: String, _ function: @escaping (Request) throws -> Status) {
            print(name, "Status", attempt(function), attempt(function))
        }
        public func add(_ name: String, _ function: @escaping (Request) throws -> Void) {
            print(name, "Void", attempt(function), attempt(function))
        }
        public func add(_ name: String, _ function: @escaping (Request) throws -> String) {
            print(name, "String", attempt(function), attempt(function))
        }
        public func add(_ name: String, _ function: @escaping (Request) async throws -> Status) {
            print(name, "async Status")
        }
        public func add(_ name: String, _ function: @escaping (Request) async throws -> Void) {
            print(name, "async Void")
        }
        public func add(_ name: String, _ function: @escaping (Request) async throws -> String) {
            print(name, "async String")
        }
        public func add<R: ~Copyable>(
            _ name: String, _ function: @escaping (Request) async throws -> R
        ) { print(name, "other") }

        public func add(_ name: String, _ function: @escaping (Connection) throws -> Status) {
            print(name, "Connection Status")
        }
        public func add(_ name: String, _ function: @escaping (Connection) throws -> Void) {
            print(name, "Connection Void")
        }
        public func add(_ name: String, _ function: @escaping (Connection) async throws -> Status) {
            print(name, "async Connection Status")
        }
        public func add(_ name: String, _ function: @escaping (Connection) async throws -> Void) {
            print(name, "async Connection Void")
        }
        public func add<R: ~Copyable>(
            _ name: String, _ function: @escaping (Connection) async throws -> R
        ) { print(name, "other") }

        public func add(_ name: String, _ function: @escaping (Filter) throws -> Void) {
            print(name, "Filter Void")
        }
        public func add(_ name: String, _ function: @escaping (Filter) async throws -> Void) {
            print(name, "async Filter Void")
        }
        public func add<R: ~Copyable>(
            _ name: String, _ function: @escaping (Filter) async throws -> R
        ) { print(name, "other") }

        public func refuse(_ name: String, _ reason: String, line: Int) {
            print(name, "refused in line", line)
        }

        private func attempt<R>(_ function: (Request) throws -> R) -> String {
            do { return "\\(try function(Request()))" } catch { return "\\(error)" }
        }
    }
    """
