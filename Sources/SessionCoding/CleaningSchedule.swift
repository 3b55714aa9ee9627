// SPDX-License-Identifier: Apache-2.0

/// When expired records are looked for: a part of the store at a time, by whichever process comes to
/// it first.
package struct CleaningSchedule: Equatable, Sendable {
    /// How many parts there are.
    package let parts: Int
    /// Milliseconds between two parts.
    package let interval: Int64

    package init(parts: Int, interval: Int64) {
        self.parts = max(parts, 1)
        self.interval = max(interval, 1)
    }

    /// What the last cleaning left behind, for the next one.
    package struct Mark: Equatable, Sendable {
        /// The part that is next.
        package var part: Int
        /// When the last one was cleaned, in milliseconds since 1970.
        package var time: Int64

        package init(part: Int, time: Int64) {
            self.part = part
            self.time = time
        }

        /// 32 bytes, so that a mark covers the one before.
        package var bytes: [UInt8] {
            let text = Array("\(part) \(time) ".utf8.prefix(31))
            return text + Array(repeating: UInt8(ascii: " "), count: 31 - text.count) + [10]
        }

        /// Reads a mark; nil for what is none.
        package init?(_ bytes: some Sequence<UInt8>) {
            let words = String(decoding: Array(bytes), as: UTF8.self).split {
                $0 == " " || $0 == "\n"
            }
            guard words.count == 2, let part = Int(words[0]), let time = Int64(words[1]), part >= 0
            else { return nil }
            self.init(part: part, time: time)
        }
    }

    /// The part to be cleaned now, and the mark to leave; nil where it is too early.
    package func next(after mark: Mark?, now: Int64) -> (part: Int, mark: Mark)? {
        guard let mark else { return (0, Mark(part: 1 % parts, time: now)) }
        // A clock that was put back does not stop cleaning.
        guard now - mark.time >= interval || mark.time > now else { return nil }
        let part = mark.part % parts
        return (part, Mark(part: (part + 1) % parts, time: now))
    }
}
