// SPDX-License-Identifier: Apache-2.0

/// A time in the format of HTTP: IMF-fixdate (RFC 9110 5.6.7), such as `Sun, 06 Nov 1994 08:49:37
/// GMT`.
struct HTTPDate: CustomStringConvertible {
    private let seconds: Int

    /// - Parameter seconds: Seconds since 1970; fractions are dropped. Nil outside of the years
    ///   1601, where RFC 6265bis begins, to 9999.
    init?(seconds: Double) {
        let (first, last) = (-11_644_473_600.0, 253_402_300_799.0)
        guard (first...last).contains(seconds.rounded(.down)) else { return nil }
        self.seconds = Int(seconds.rounded(.down))
    }

    var description: String {
        let day = (seconds - (seconds % 86400 + 86400) % 86400) / 86400
        let second = seconds - day * 86400
        let (year, month, dayOfMonth) = date(ofDay: day)
        let weekday = Self.weekdays[((day + 4) % 7 + 7) % 7]
        return "\(weekday), \(digits(dayOfMonth)) \(Self.months[month - 1]) \(year) "
            + "\(digits(second / 3600)):\(digits(second / 60 % 60)):\(digits(second % 60)) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Converts a day since 1970 to a date of the Gregorian calendar. Counts years from March, so
    /// that a leap day is the last day of its year, and in eras of 400 years.
    private func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}
