// SPDX-License-Identifier: Apache-2.0
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
//
// The module that PublisherTests requests. Nothing that is not public must ever be reachable.

import ModSwift

public enum Colour: String, CaseIterable, Sendable { case red, green }
public enum Level: Int, Codable, Sendable { case low = 1, high }
public struct Order: Codable, Sendable {
    public var item = ""
    public var count = 0
}

public func index() -> String { "index of form" }

// MARK: Results

public func text() -> String { "text" }
public func page() -> String { "<p>page</p></HTML> \n" }
public func html(name: String = "<b>") -> HTML {
    "<p title=\"\(name)\">\(name)\(HTML("<hr>"))\(raw: "<i>")</p>"
}
public func bytes() -> [UInt8] { [0, 255] }
public func status() -> Status { .conflict }
public func thrown() throws -> String { throw Status.gone }
public func nothing(_ req: Request) { req.write("written") }
public func silent() {}
public func json() -> [Order] { [Order(item: "a\"\n", count: 2)] }
public func number() -> Int { 42 }
public func none() -> String? { nil }
public func noOrder() -> Order? { nil }
public func some() -> Order? { Order(item: "x", count: 1) }
public func css(_ req: Request) -> String {
    req.contentType = "text/css"
    return "p {}"
}
public func stream() -> AsyncStream<String> {
    AsyncStream { stream in
        for part in ["one ", "two ", "three"] { stream.yield(part) }
        stream.finish()
    }
}
public func late() async throws -> String {
    try await Task.sleep(for: .milliseconds(5))
    return "late"
}
public func trap() -> String { [String]()[1] }
public func opaque() -> some Sendable { 1 }
public func later() -> @Sendable () -> String { { "SECRET" } }
public let greeting = "hello"
public var computed: [String: Int] { get async throws { ["a": 1] } }

// MARK: Parameters

public func say(_ req: Request, what: String = "NOTHING") -> String { "I am saying \(what)" }
public func email(name: String, email: String, comment: String) -> String {
    if name.isEmpty || email.isEmpty || comment.isEmpty { return "A required parameter is missing" }
    return "<html>Thank you, \(name)</html>"
}
public func f(a: Int) -> String { "\(a)" }
public func double(a: Double, b: Float = 0.5) -> String { "\(a) \(b)" }
public func bool(on: Bool, sure: Bool? = nil) -> String { "\(on) \(sure.map { "\($0)" } ?? "nil")" }
public func colour(c: Colour, l: Level, more: [Colour], maybe: Level?) -> String {
    "\(c) \(l) \(more.map(\.rawValue)) \(maybe.map { "\($0)" } ?? "nil")"
}
public func optional(a: Int?, b: String?) -> String { "\(a ?? -1) \(b ?? "nil")" }
public func list(a: [Int], b: [String] = ["x"]) -> String { "\(a) \(b)" }
public func all(a: Int, b: Double, c: Colour, d: UInt8) -> String { "\(a)" }
public let seven = 7
public func defaults(a: Int = seven, b: String = "\(seven)", c: Colour = .green) -> String {
    "\(a) \(b) \(c)"
}
public func `first-name`(`last-name` n: String) -> String { n }

public func order(order: Order, second: Order? = nil) -> String {
    "\(order.item) \(order.count) \(second?.item ?? "none")"
}
public func photo(title: String, photo: Field, all: [Upload], none: Upload?)
    -> String
{
    "\(title) \(photo.filename ?? "") \(photo.type) \(photo.size) \(all.count) \(none?.filename ?? "none")"
}
public func title(photo: String) -> String { photo }
public func upload(photo: Upload) -> String { "\(photo.filename) \(photo.size)" }
public func form(form: FieldStorage) -> String { "\(form.count) fields" }

// MARK: Paths

public struct Day: Decodable, Sendable {
    public let text: String
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
        if text.utf8.count != 10 { throw Status.badRequest }
    }
}
public func day(_ day: Day) -> String { day.text }
public func whole(_ order: Order) -> String { "\(order.item) \(order.count)" }

public func user(_ id: Int, page: Int = 1) -> String { "user \(id) page \(page)" }
public func rest(_ parts: [String]) -> String { "\(parts)" }
public func pair(_ a: String, _ b: Colour = .red) -> String { "\(a) \(b)" }

public struct Admin: Sendable {
    var request: String?
    public init(_ req: Request) { request = req.uri }
    public func index() -> String { "index of Admin" }
    public func users(page: Int = 1) -> String { "users \(page) \(request ?? "")" }
    public static func all() -> String { "all" }
    public enum Deep { public static func down() async -> String { "down" } }
    func hidden() -> String { "SECRET" }
    public func _underscored() -> String { "SECRET" }
}
public final class Counter: Sendable {
    let step: Int
    init(step: Int) { self.step = step }
    public func next(a: Int) -> Int { a + step }
    public func callAsFunction() -> String { "called" }
    public var name: String { "counter \(step)" }
}
public let counter = Counter(step: 10)

// MARK: Not published

func internalFunction() -> String { "SECRET" }
let internalValue = "SECRET"
private func privateFunction() -> String { "SECRET" }
public func _underscored() -> String { "SECRET" }
struct Internal {
    public static func inner() -> String { "SECRET" }
    public struct Public { public static func inner() -> String { "SECRET" } }
}
extension String { public var secret: String { "SECRET" } }
public func + (left: Order, right: Order) -> Order { Order(item: "SECRET") }
public func generic<T: Decodable>(a: T) -> String { "SECRET" }
@MainActor public func screen() -> String { "SECRET" }
