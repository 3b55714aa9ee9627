// SPDX-License-Identifier: Apache-2.0

/// The schedule for removing expired records: one part of the store at a time, by the first process
/// that is due.
package struct CleaningSchedule: Equatable, Sendable {
    /// The number of parts.
    package let parts: Int
    /// The time between two parts in milliseconds.
    package let interval: Int64

    package init(parts: Int, interval: Int64) {
        self.parts = max(parts, 1)
        self.interval = max(interval, 1)
    }

    /// The state that a cleaning stores for the next one.
    package struct Mark: Equatable, Sendable {
        /// The next part.
        package var part: Int
        /// The time of the last cleaning, in milliseconds since 1970.
        package var time: Int64

        package init(part: Int, time: Int64) {
            self.part = part
            self.time = time
        }

        /// 32 bytes: a constant length, so that a mark overwrites the previous one completely.
        package var bytes: [UInt8] {
            let text = Array("\(part) \(time) ".utf8.prefix(31))
            return text + Array(repeating: UInt8(ascii: " "), count: 31 - text.count) + [10]
        }

        /// Parses a mark; nil if it is not one.
        package init?(_ bytes: some Sequence<UInt8>) {
            let words = String(decoding: Array(bytes), as: UTF8.self).split {
                $0 == " " || $0 == "\n"
            }
            guard words.count == 2, let part = Int(words[0]), let time = Int64(words[1]), part >= 0
            else { return nil }
            self.init(part: part, time: time)
        }
    }

    /// Returns the part to be cleaned now, and the mark to be stored; nil if it is too early.
    package func next(after mark: Mark?, now: Int64) -> (part: Int, mark: Mark)? {
        guard let mark else { return (0, Mark(part: 1 % parts, time: now)) }
        // Cleaning continues after the clock has been set back.
        guard now - mark.time >= interval || mark.time > now else { return nil }
        let part = mark.part % parts
        return (part, Mark(part: (part + 1) % parts, time: now))
    }
}
