// SPDX-License-Identifier: Apache-2.0

import Foundation
import ModSwiftTesting
import Synchronization

/// Sends exchanges to a server, several at once, until the time or their number is used up.
final class FuzzRun: Sendable {
    struct Report {
        var exchanges = 0
        var requests = 0
        var sent = 0
        var received = 0
        var statuses: [Int: Int] = [:]
        var failures: [String] = []
        var duration = Duration.zero
    }

    private let server: HTTPD
    private let settings: FuzzSettings
    private let speaksHTTP: Bool
    private let numbers: Atomic<Int>
    private let report = Mutex(Report())
    private let start = ContinuousClock.now

    init(against server: HTTPD, _ settings: FuzzSettings, speaksHTTP: Bool) {
        self.server = server
        self.settings = settings
        self.speaksHTTP = speaksHTTP
        numbers = Atomic(settings.first)
    }

    /// Sends them all.
    func run() -> Report {
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            while ContinuousClock.now - start < settings.duration {
                let number = numbers.add(1, ordering: .relaxed).oldValue
                guard number - settings.first < settings.count else { break }
                send(
                    FuzzExchange(seed: settings.seed, number: number, speaksHTTP: speaksHTTP),
                    number)
            }
        }
        return report.withLock { report in
            report.duration = ContinuousClock.now - start
            return report
        }
    }

    private func send(_ exchange: FuzzExchange, _ number: Int) {
        do {
            let answer = try exchange.send(to: server)
            let statuses = FuzzExchange.statuses(in: answer)
            note(exchange, received: answer.count, statuses)
            if statuses.contains(500) { fail("answered with 500", exchange, number) }
        } catch {
            note(exchange, received: 0, [])
            fail("\(error)", exchange, number)
        }
    }

    private func note(_ exchange: FuzzExchange, received: Int, _ statuses: [Int]) {
        report.withLock { report in
            report.exchanges += 1
            report.requests += exchange.requests
            report.sent += exchange.bytes.count
            report.received += received
            for status in statuses { report.statuses[status, default: 0] += 1 }
        }
    }

    private func fail(_ text: String, _ exchange: FuzzExchange, _ number: Int) {
        let seed = settings.seed
        report.withLock {
            $0.failures.append("seed \(seed), exchange \(number): \(text): \(exchange.shown)")
        }
    }
}

extension FuzzRun.Report: CustomStringConvertible {
    var description: String {
        let statuses = statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return
            "\(exchanges) connections, \(requests) requests, \(sent) bytes sent, \(received) read "
            + "in \(duration); answers by status: \(statuses.joined(separator: ", "))"
    }
}

extension FuzzExchange {
    /// Sends the bytes, and reads what comes until the server has closed.
    ///
    /// - Throws: ``HTTPClientError`` when the server cannot be reached, or does not close.
    func send(to server: HTTPD) throws -> [UInt8] {
        let connection = try server.connect()
        do {
            try connection.write(Array(bytes[..<cut]))
            if ending == .leaves { return [] }
            try connection.write(Array(bytes[cut...]))
        } catch let error as HTTPClientError where error.kind == .connection {
            // A server need not read all of a bad request.
        }
        connection.finishSending()
        do {
            return try connection.readToEnd()
        } catch let error as HTTPClientError where error.kind == .truncated {
            // It closed with bytes unread, which resets the connection.
            return error.partial.body
        }
    }

    /// The numbers of all status lines.
    static func statuses(in answer: [UInt8]) -> [Int] {
        let mark = Array("HTTP/1.1 ".utf8)
        var statuses: [Int] = []
        var rest = answer[...]
        while let end = rest.firstIndex(of: 47) {
            // The mark's own slash is its fifth byte.
            let start = end - 4
            let next = start + mark.count + 3
            if start >= answer.startIndex, next <= answer.endIndex,
                answer[start..<start + mark.count].elementsEqual(mark),
                let status = Int(String(decoding: answer[next - 3..<next], as: UTF8.self))
            {
                statuses.append(status)
            }
            rest = rest[(end + 1)...]
        }
        return statuses
    }
}
