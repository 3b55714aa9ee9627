// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A wait for one of two descriptors.
enum InputWait {
    /// The reason why it has ended.
    enum Event { case first, second, late }

    /// Waits until a descriptor is readable or at its end.
    ///
    /// - Parameters:
    ///   - first: A descriptor.
    ///   - second: A second one, which is reported before the first; nil waits only for the first.
    ///   - deadline: The time at which the wait ends; nil: never.
    static func wait(
        for first: Int32, or second: Int32?, until deadline: MonotonicTime?
    ) -> Event {
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                guard let left = deadline.pollMilliseconds else { return .late }
                milliseconds = left
            }
            // poll(2) ignores a negative descriptor.
            var files = [
                pollfd(fd: first, events: Int16(POLLIN), revents: 0),
                pollfd(fd: second ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            // SAFETY: the array has two elements.
            guard unsafe poll(&files, 2, milliseconds) > 0 else { continue }
            if files[1].revents != 0 { return .second }
            if files[0].revents != 0 { return .first }
        }
    }
}
