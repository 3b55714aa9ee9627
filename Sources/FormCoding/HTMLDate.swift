// SPDX-License-Identifier: Apache-2.0
//
// https://html.spec.whatwg.org/#dates-and-times

/// Parses the dates and times that HTML inputs send.
package enum HTMLDate {
    /// Returns the seconds since 1970 of a date, month, or date with a time, in UTC unless it has
    /// an offset: "2026-11-28", "2026-11", "2026-11-28T14:30", "2026-11-28T14:30:05.25+01:00".
    package static func seconds(_ text: String) -> Double? {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let year = reader.digits(4...9), year > 0, reader.skip("-"),
            let month = reader.digits(2...2), (1...12).contains(month)
        else { return nil }
        var day = 1
        if reader.skip("-") {
            guard let number = reader.digits(2...2),
                (1...days(in: month, of: year)).contains(number)
            else { return nil }
            day = number
        }
        let midnight = Double(self.day(year, month, day)) * 86_400
        if reader.rest.isEmpty { return midnight }
        guard reader.skip("T") || reader.skip(" "), let time = reader.time(),
            let offset = reader.offset(), reader.rest.isEmpty
        else { return nil }
        return midnight + time - Double(offset)
    }

    /// Returns the seconds since midnight of a time: "14:30", "14:30:05.25".
    package static func secondsOfDay(_ text: String) -> Double? {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let time = reader.time(), reader.rest.isEmpty else { return nil }
        return time
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Returns the days since 1970 in the Gregorian calendar; years are computed as beginning in
    /// March.
    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        return shifted * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 719_469
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func digits(_ count: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (48...57).contains($0) }
            guard count.contains(digits.count) else { return nil }
            rest = rest[digits.endIndex...]
            return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        }

        /// Parses hours and minutes, optionally with seconds and a fraction of up to three digits.
        mutating func time() -> Double? {
            guard let hour = digits(2...2), hour < 24, skip(":"),
                let minute = digits(2...2), minute < 60
            else { return nil }
            let whole = Double(hour * 3600 + minute * 60)
            guard skip(":") else { return whole }
            guard let second = digits(2...2), second < 60 else { return nil }
            guard skip(".") else { return whole + Double(second) }
            let start = rest.count
            guard let fraction = digits(1...3) else { return nil }
            let scale = [0, 10, 100, 1000][start - rest.count]
            return whole + Double(second) + Double(fraction) / Double(scale)
        }

        /// Parses "Z", "+01:00", or nothing; returns seconds.
        mutating func offset() -> Int? {
            if rest.isEmpty || skip("Z") { return 0 }
            let isEast = skip("+")
            guard isEast || skip("-"), let hours = digits(2...2), hours < 24, skip(":"),
                let minutes = digits(2...2), minutes < 60
            else { return nil }
            let seconds = hours * 3600 + minutes * 60
            return isEast ? seconds : -seconds
        }
    }
}

/// Foundation's `Date`, which this target recognizes only by its name.
enum FoundationDate {
    /// The seconds from 1970 to the reference date of `Date`, the beginning of 2001 (UTC).
    static let reference = 978_307_200.0

    static func isDate(_ type: any Any.Type) -> Bool {
        let name = String(reflecting: type)
        return name == "Foundation.Date" || name == "FoundationEssentials.Date"
    }

    /// Provides the single number from which `Date` decodes itself.
    struct Decoder: Swift.Decoder, SingleValueDecodingContainer {
        let seconds: Double
        let userInfo: [CodingUserInfoKey: Any]
        var codingPath: [any CodingKey] { [] }

        func container<Key: CodingKey>(
            keyedBy type: Key.Type
        ) throws -> KeyedDecodingContainer<Key> { throw DecodingStopped() }
        func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw DecodingStopped() }
        func singleValueContainer() -> any SingleValueDecodingContainer { self }
        func decodeNil() -> Bool { false }
        func decode(_ type: Double.Type) -> Double { seconds }
        func decode<T: Decodable>(_ type: T.Type) throws -> T {
            guard let value = seconds as? T else { throw DecodingStopped() }
            return value
        }
    }
}
