// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import SystemCalls

/// `modswift status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Asks a running server how it is, by its page of mod_status.",
        discussion: """
            The page needs "SetHandler server-status" in a Location that this machine may read; \
            "modswift genconfig" writes one.

            EXAMPLES:
              modswift status
              modswift status --port 8080
              modswift status --json --url http://127.0.0.1:8080/server-status
            """)

    @Option(help: ArgumentHelp("Where the page is.", valueName: "url"))
    var url: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The port on 127.0.0.1.", valueName: "number"))
    var port: Int?

    @Flag(help: "Print all that the server says as JSON.")
    var json = false

    func validate() throws {
        guard port == nil || url == nil else {
            throw ValidationError("Give one of --url and --port, not both.")
        }
    }

    func run() throws {
        let address = url ?? "http://127.0.0.1:\(port ?? 80)/server-status"
        guard let page = PlainHTTP(address) else {
            throw ValidationError("--url takes a URL such as http://127.0.0.1:8080/server-status.")
        }
        let status = try ServerStatus(page.get(query: "auto"), address)
        if json { try Console.say(json: status.values) } else { Console.say(status.text) }
    }
}

/// A server's status from mod_status.
struct ServerStatus {
    let values: [String: String]
    private let address: String

    /// - Throws: ``Trouble`` if it is a different page.
    init(_ response: PlainHTTP.Response, _ address: String) throws {
        guard response.status == 200 else {
            throw Trouble(
                "\(address) responds with \(response.status). Is there a \"SetHandler server-status\" that "
                    + "this machine may read?")
        }
        self.address = address
        let pairs = response.body.split(separator: "\n").compactMap { line -> (String, String)? in
            guard let colon = line.range(of: ": ") else { return nil }
            return (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
        }
        values = Dictionary(pairs) { first, _ in first }
        guard values["BusyWorkers"] != nil else {
            throw Trouble("\(address) is not the page of mod_status.")
        }
    }

    var text: String {
        var rows = [("Server", values["ServerVersion"] ?? "")]
        let uptime = values["ServerUptime"] ?? ""
        // mod_status prints no uptime for a server that is less than a second old.
        rows.append(("Up", uptime.isEmpty ? "0 seconds" : uptime))
        rows.append(
            (
                "Workers",
                "\(values["BusyWorkers"] ?? "0") busy, \(values["IdleWorkers"] ?? "0") idle"
            ))
        if let count = values["Total Accesses"] { rows.append(("Requests", count)) }
        rows += serverRows
        if let numbers = childNumbers { rows.append(("In one child", numbers)) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            let blanks = String(repeating: " ", count: width - name.count)
            return "\(Console.painted(name, .faint))\(blanks)  \(value)"
        }.joined(separator: "\n")
    }

    /// The status of mod_swift, versions first.
    private var serverRows: [(String, String)] {
        let names = values.keys.filter { $0.hasPrefix("Swift") }.map { $0.dropFirst(5) }
        guard !names.isEmpty else { return [("mod_swift", "is not loaded")] }
        let first: [Substring] = ["Version", "Build"]
        let others = names.filter { !first.contains($0) && !Self.childNames.contains($0) }.sorted()
        return (first + others).compactMap { name in
            values["Swift\(name)"].map { (String(name), $0) }
        }
    }

    /// Values that each child counts for itself. They depend on the child that happens to respond,
    /// so they are not values of the server.
    private static let childNames: [Substring] = ["Modules", "Versions", "Builds", "Failures"]

    private var childNumbers: String? {
        let numbers = Self.childNames.compactMap { name in
            values["Swift\(name)"].map { "\($0) \(name.lowercased())" }
        }
        return numbers.isEmpty ? nil : numbers.joined(separator: ", ")
    }
}

/// A minimal HTTP client.
struct PlainHTTP {
    struct Response {
        let status: Int
        let body: String
    }

    private let host: String
    private let port: Int
    private let path: String

    /// Parses a URL; nil if it is not an HTTP URL.
    init?(_ url: String) {
        guard let parts = URLComponents(string: url), parts.scheme == "http",
            let host = parts.host, !host.isEmpty, parts.query == nil
        else { return nil }
        self.host = host
        port = parts.port ?? 80
        path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    }

    /// Sends a request.
    ///
    /// - Throws: ``Trouble``.
    func get(query: String) throws -> Response {
        let request = "GET \(path)?\(query) HTTP/1.0\r\nHost: \(host):\(port)\r\n\r\n"
        let bytes: [UInt8]
        do {
            bytes = try ClientSocket.exchange(
                Array(request.utf8), with: host == "localhost" ? "127.0.0.1" : host, port,
                seconds: 10)
        } catch {
            throw Trouble("No server responds on \(host):\(port) (\(error)).")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("HTTP/1."), let end = text.range(of: "\r\n\r\n"),
            let status = Int(text.split(separator: " ", maxSplits: 2)[1].prefix(3))
        else { throw Trouble("\(host):\(port) does not respond like a web server.") }
        return Response(status: status, body: String(text[end.upperBound...]))
    }
}
