// SPDX-License-Identifier: Apache-2.0

/// A module with the interface that a registration file uses.
///
/// Its registrar calls every synchronous handler twice and prints its kind and its result.
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

        public func publish<R: ~Copyable>(
            _ path: String, _ kinds: [String], _ result: PublishedResult<R>,
            _ body: @escaping (PublishedCall) throws -> R
        ) {
            print(path, kinds, result.kind)
            for isGiven in [true, false] {
                do { _ = try body(PublishedCall(isGiven)) } catch { print(error) }
            }
        }
        public func publish<R: ~Copyable>(
            _ path: String, _ kinds: [String], _ result: PublishedResult<R>,
            _ body: @escaping (PublishedCall) async throws -> R
        ) { print(path, kinds, "async", result.kind) }
        public func refusePublication(_ path: String, _ reason: String, line: Int) {
            print(path, "not published, line", line)
        }
        public func protect(_ path: String, _ access: @escaping () throws -> Access) {
            print("protected:", path)
        }
        @_disfavoredOverload
        public func protect<V: ~Copyable>(_ path: String, _ access: @escaping () throws -> V) {}

        private func attempt<R>(_ function: (Request) throws -> R) -> String {
            do { return "\\(try function(Request()))" } catch { return "\\(error)" }
        }
    }

    public struct Access: Sendable { public init(realm: String? = nil) {} }
    public struct PublishedType<T: ~Copyable> { public init() {} }
    public struct PublishedResult<T: ~Copyable> { let kind: String }
    public struct PublishedArgument<T> {
        let content: T?
        public var isGiven: Bool { content != nil }
        public var value: T { content! }
    }
    public struct PublishedParameter<T> {
        public var kind: String
        var value: T?
        var defaultValue: (() -> T)?
        public var inPath: Self { var copy = self; copy.kind += " in path"; return copy }
        public func defaulting(to value: @autoclosure @escaping () -> T) -> Self {
            var copy = self
            copy.defaultValue = value
            copy.kind += " or \\(value())"
            return copy
        }
        public var omittable: Self { var copy = self; copy.kind += " or nothing"; return copy }
    }
    public final class PublishedCall {
        public let request = Request()
        let isGiven: Bool
        init(_ isGiven: Bool) { self.isGiven = isGiven }
        public subscript<T>(_ parameter: PublishedParameter<T>) -> PublishedArgument<T> {
            .init(content: (isGiven ? parameter.value : nil) ?? parameter.defaultValue?()
                ?? (parameter.kind.contains("nothing") ? nil : parameter.value))
        }
        public func check() throws {}
    }
    extension PublishedType where T == Request {
        public func parameter(_ name: String) -> PublishedParameter<T> {
            .init(kind: "Request", value: Request())
        }
    }
    extension PublishedType where T == String {
        public func parameter(_ name: String) -> PublishedParameter<T> {
            .init(kind: "\\(name): String", value: "given")
        }
        public func result() -> PublishedResult<T> { .init(kind: "text") }
    }
    extension PublishedType where T == Int {
        public func parameter(_ name: String) -> PublishedParameter<T> {
            .init(kind: "\\(name): Int", value: 1)
        }
    }
    extension PublishedType {
        @_disfavoredOverload
        public func parameter(_ name: String, _: Never? = nil) -> PublishedParameter<T> {
            .init(kind: "\\(name): \\(T.self)", value: nil)
        }
    }
    extension PublishedType where T: ~Copyable {
        @_disfavoredOverload
        public func result() -> PublishedResult<T> { .init(kind: "something") }
    }
    """
