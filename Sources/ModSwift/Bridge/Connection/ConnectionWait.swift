// SPDX-License-Identifier: Apache-2.0
//
// The state of a connection while its handler waits for bytes: it is parked with the MPM, or a
// worker sleeps.

internal import CApache
internal import Synchronization
internal import SystemCalls

// SAFETY: the record is read by the thread that has the connection's turn, and not after `end`.
/// The way in which the handler of one connection waits for bytes from its client.
@safe final class ConnectionWait: @unchecked Sendable {  // because only the turn's thread reads it
    /// The reason why a wait in a worker has ended.
    enum Event {
        case input
        case interrupted
        case failed(any Error)
    }

    private let record: ConnectionRecord
    private let signal = Mutex<WakeSignal?>(nil)

    init(_ record: ConnectionRecord) { self.record = record }

    /// Whether the MPM can park a connection until there is something to read: event, since httpd
    /// 2.4.63.
    static let canPark = msw_mpm_can_wait_for_input() != 0

    /// Waits in this thread, at most for the connection's timeout.
    func forInput() -> Event {
        guard let descriptor = record.descriptor else { return .failed(ClientGone()) }
        let seconds = record.timeout ?? 0
        // A negative timeout means no limit, as in APR.
        let deadline = seconds < 0 ? nil : MonotonicTime.now.advanced(bySeconds: seconds)
        do {
            let signal = try makeSignal()
            switch signal.wait(forInputOn: descriptor, until: deadline) {
            case .readable: return .input
            case .raised: return .interrupted
            case .late:
                return .failed(
                    ServerError(APRStatus.timeUp, operation: "read", detail: "connection"))
            }
        } catch {
            return .failed(error)
        }
    }

    /// Ends the wait of the worker, if one is waiting; from any thread.
    func interrupt() { signal.withLock { $0 }?.raise() }

    private func makeSignal() throws -> WakeSignal {
        try signal.withLock { signal in
            if let signal { return signal }
            let made = try WakeSignal()
            signal = made
            return made
        }
    }

    /// Parks the connection with the MPM until it is readable. To be called in process_connection,
    /// before OK is returned.
    func park() { unsafe msw_connection_park(record.pointer) }

    /// Returns unused memory to the system, except for one block of 8 KB, until ``keepMemory()``:
    /// httpd's core reads into a second block to see whether there is more, and an idle connection
    /// would keep that block.
    func saveMemory() {
        guard Self.canPark else { return }
        unsafe msw_connection_set_spare_memory(record.pointer, 8_192)
    }

    /// Restores the MPM's setting: its pools serve one connection after the other.
    func keepMemory() {
        guard Self.canPark else { return }
        unsafe msw_connection_set_spare_memory(record.pointer, 0)
    }

    /// Makes the MPM give a parked connection to a worker: shuts down its reading side.
    func wakeMPM() {
        guard let descriptor = record.descriptor else { return }
        shutdown(descriptor, Int32(SHUT_RD))
    }
}

extension ConnectionRecord {
    /// The descriptor of the socket.
    var descriptor: Int32? {
        let descriptor = unsafe msw_connection_descriptor(pointer)
        return descriptor < 0 ? nil : descriptor
    }
}
