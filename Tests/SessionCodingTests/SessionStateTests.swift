// SPDX-License-Identifier: Apache-2.0

import SessionCoding
import Testing

@Suite
struct SessionStateTests {
    private let now: Int64 = 1_000_000_000
    private let key = StoreKey(high: 1, low: 2)
    private let other = StoreKey(high: 3, low: 4)

    private func record(expires: Int64? = nil, revision: UInt64 = 5) -> SessionRecord {
        SessionRecord(
            expires: expires ?? now + 1_800_000, created: now - 500, timeout: 1800,
            revision: revision, values: [])
    }

    private func loaded() -> SessionState {
        var state = SessionState(now: now, timeout: 1800)
        expectLoads(record(), into: &state)
        return state
    }

    private func expectLoads(_ record: SessionRecord, into state: inout SessionState) {
        let isLoaded = state.load(record, for: key)
        #expect(isLoaded)
    }

    @Test func aFreshSessionHasNoIdAndNoCookie() {
        let state = SessionState(now: now, timeout: 1800)
        #expect(state.isNew && state.key == nil && state.cookie == .none)
        #expect(state.save == .insert)
        #expect(!state.isTouchDue)
    }

    @Test func theFirstSaveInsertsAndSetsTheCookieOnce() {
        var state = SessionState(now: now, timeout: 60)
        let keys = [state.key { key }, state.key { other }]
        #expect(keys == [key, key])
        let record = state.record([])
        #expect(record.revision == 1 && record.expires == now + 60_000 && record.created == now)
        state.wrote(record)
        #expect(state.cookie == .set && state.isNew)
        #expect(state.save == .touch)
        state.change()
        #expect(state.save == .update)
        #expect(state.record([]).revision == 2)
    }

    @Test func aKnownSessionIsNotNewAndSetsNoCookie() {
        var state = loaded()
        #expect(!state.isNew && state.key == key && state.created == now - 500)
        state.change()
        state.wrote(state.record([]))
        #expect(state.cookie == .none)
    }

    @Test func anExpiredRecordIsNoSession() {
        var state = SessionState(now: now, timeout: 1800)
        let isLoaded = state.load(record(expires: now), for: key)
        #expect(!isLoaded)
        #expect(state.isNew && state.key == nil)
        expectLoads(record(expires: now + 1), into: &state)
    }

    @Test func aTouchIsDueAfterATwentiethOfTheTimeout() {
        var state = SessionState(now: now, timeout: 1800)
        let life: Int64 = 1_800_000
        expectLoads(record(expires: now + life - 89_999), into: &state)
        #expect(!state.isTouchDue)
        expectLoads(record(expires: now + life - 90_000), into: &state)
        #expect(state.isTouchDue)
        state.touched()
        #expect(!state.isTouchDue)
    }

    @Test func aSaveWithoutLockSeesWhatHappenedMeanwhile() {
        let state = loaded()
        #expect(state.found(record()) == .same)
        #expect(state.found(record(revision: 6)) == .changed)
        #expect(state.found(nil) == .gone)
        #expect(state.found(record(expires: now - 1)) == .gone)
        #expect(SessionState(now: now, timeout: 1).found(nil) == .same)
    }

    @Test func renewalKeepsTheSessionUnderAnotherId() {
        var state = loaded()
        let record = state.record([1])
        state.renewed(record, as: other)
        #expect(state.key == other && !state.isNew && state.cookie == .set)
        #expect(state.origin == .stored(revision: 6))
    }

    @Test func invalidationDeletesTheCookieThatTheClientHas() {
        var state = loaded()
        state.startOver(expireCookie: true, timeout: 1800)
        #expect(state.cookie == .delete && state.isNew && state.key == nil)
        #expect(state.save == .insert)
        // Used again: another session, whose cookie replaces the deletion.
        _ = state.key { other }
        state.wrote(state.record([]))
        #expect(state.cookie == .set && state.key == other)
    }

    @Test func invalidationOfNothingSetsNoCookie() {
        var state = SessionState(now: now, timeout: 1800)
        state.startOver(expireCookie: true, timeout: 1800)
        #expect(state.cookie == .none)
        state.noteStaleCookie()
        state.startOver(expireCookie: true, timeout: 1800)
        #expect(state.cookie == .delete)
    }

    @Test func timeoutsAreBounded() {
        var state = loaded()
        state.setTimeout(0)
        #expect(state.timeout == 1 && state.isChanged)
        state.setTimeout(.max)
        #expect(state.timeout == SessionState.longestTimeout)
        #expect(state.expires > now)
    }
}

@Suite
struct SessionDecisionTests {
    @Test func partsAreCleanedInTurn() {
        let schedule = CleaningSchedule(parts: 3, interval: 10)
        var mark: CleaningSchedule.Mark?
        var parts: [Int] = []
        for now in stride(from: Int64(100), through: 150, by: 5) {
            guard let next = schedule.next(after: mark, now: now) else { continue }
            parts.append(next.part)
            mark = next.mark
        }
        #expect(parts == [0, 1, 2, 0, 1, 2])
    }

    @Test func aClockThatWasPutBackDoesNotStopCleaning() {
        let schedule = CleaningSchedule(parts: 256, interval: 10)
        #expect(schedule.next(after: .init(part: 300, time: 1000), now: 500)?.part == 44)
        #expect(schedule.next(after: .init(part: 0, time: 1000), now: 1009) == nil)
    }

    @Test func marksComeBackAsTheyWere() {
        let mark = CleaningSchedule.Mark(part: 17, time: 123_456)
        #expect(CleaningSchedule.Mark(mark.bytes) == mark)
        for text in ["", "1", "a b", "-1 5", "1 2 3"] {
            #expect(CleaningSchedule.Mark(text.utf8) == nil)
        }
    }

    @Test func pausesGrowAndEnd() {
        var wait = LockWait(first: 100, longest: 1000)
        let pauses = (0..<6).map { _ in wait.next(left: 1_000_000, random: 0) }
        #expect(pauses == [50, 100, 200, 400, 500, 500])
        let last = [wait.next(left: 7, random: 0), wait.next(left: 0, random: 0)]
        #expect(last == [7, nil])
        let most = (0..<1000).compactMap { wait.next(left: 1_000_000, random: $0) }.max()
        #expect(most == 1000)
    }

    @Test func tokensMatchTheirSecretAlone() {
        let secret = (0..<16).map { UInt8($0 * 11) }
        let mask = (0..<16).map { UInt8(255 - $0) }
        let token = CSRFToken.text(of: secret, mask: mask)
        #expect(token.utf8.count == 64)
        #expect(CSRFToken.matches(token, secret))
        #expect(CSRFToken.text(of: secret, mask: secret) != token)
        for wrong in ["", String(token.dropLast()), token + "0", token.uppercased(), "ä" + token] {
            #expect(!CSRFToken.matches(wrong, secret))
        }
        for index in 0..<64 {
            var digits = Array(token)
            digits[index] = digits[index] == "0" ? "1" : "0"
            #expect(!CSRFToken.matches(String(digits), secret))
        }
        #expect(!CSRFToken.matches(token, Array(repeating: 0, count: 16)))
        #expect(!CSRFToken.matches(token, []))
    }
}

@Suite
struct InitialValueTests {
    struct State: Codable, Equatable {
        var count: Int
        var name: String
        var flag: Bool
        var list: [String]
        var map: [String: Int]
        var extra: Double?
        var inner: Inner
    }
    struct Inner: Codable, Equatable { var ratio: Double }
    enum Mode: String, Codable { case on }
    final class Endless: Codable { let itself: Endless }

    @Test func isTheEmptiestOfItsType() throws {
        let expected = State(
            count: 0, name: "", flag: false, list: [], map: [:], extra: nil, inner: .init(ratio: 0))
        #expect(try InitialValueDecoder.value(of: State.self) == expected)
        #expect(try InitialValueDecoder.value(of: Int.self) == 0)
        #expect(try InitialValueDecoder.value(of: [Int].self) == [])
        #expect(try InitialValueDecoder.value(of: Int?.self) == nil)
    }

    @Test func typesWithoutAnEmptyValueSaySo() {
        #expect(throws: DecodingError.self) { try InitialValueDecoder.value(of: Mode.self) }
        #expect(throws: DecodingError.self) { try InitialValueDecoder.value(of: Endless.self) }
    }
}
