// SPDX-License-Identifier: Apache-2.0

/// All declarations that a name in a directive could refer to, as a chain of `#if` branches.
///
/// At any time, a name refers to at most one function; the compiler decides which.
struct NameGroup {
    /// The meaning of the name if the condition holds and no earlier one does.
    struct Arm {
        /// The text to follow `#if`; nil for the last arm, which needs none.
        let condition: String?
        let outcome: Outcome
        let place: Place
    }

    let name: String
    private(set) var arms: [Arm]

    /// Groups candidates by name, in the order of each name's first candidate.
    static func groups(of candidates: [Candidate]) -> [NameGroup] {
        var order: [String] = []
        var byName: [String: [Candidate]] = [:]
        for candidate in candidates {
            if byName[candidate.name] == nil { order.append(candidate.name) }
            byName[candidate.name, default: []].append(candidate)
        }
        return order.compactMap { name in byName[name].map { NameGroup(name: name, of: $0) } }
    }

    /// Whether the name is a handler under some condition.
    var isRegistered: Bool {
        arms.contains { !$0.outcome.isRefused }
    }

    /// Whether the name is a function for httpd's access control under some condition.
    var isProvider: Bool {
        arms.contains { if case .handler(_, _?) = $0.outcome { true } else { false } }
    }

    /// The reason why it never is a handler.
    var refusal: Refusal? {
        guard !isRegistered, let arm = arms.first, case .refused(let reason) = arm.outcome else {
            return nil
        }
        return Refusal(name: name, reason: reason, line: arm.place.line)
    }
}

extension NameGroup {
    /// Handlers come before refusals: a private overload is irrelevant if another one can be used.
    private init(name: String, of candidates: [Candidate]) {
        let handlers = candidates.filter(\.isRepeatableHandler)
        let refused = candidates.filter { !$0.isRepeatableHandler }
        self.name = name
        arms = Self.clashes(of: handlers) + (handlers + refused).map(\.arm)
        if let end = arms.firstIndex(where: { $0.condition == nil }) {
            arms.removeSubrange((end + 1)...)
        } else if let first = (handlers + refused).first {
            arms.append(first.absence)
        }
    }

    /// The conditions under which two functions have this name.
    private static func clashes(of handlers: [Candidate]) -> [Arm] {
        guard handlers.count <= 16 else { return [clash(of: handlers, when: nil)] }
        return handlers.indices.flatMap { index in
            handlers[..<index].filter { !$0.condition.excludes(handlers[index].condition) }
                .map { earlier in
                    let both = earlier.condition.union(handlers[index].condition)
                    return clash(
                        of: [earlier, handlers[index]], when: both.isAlways ? nil : both.text)
                }
        }
    }

    private static func clash(of handlers: [Candidate], when condition: String?) -> Arm {
        let reason = "more than one function has this name (\(handlers.map(\.place).inWords))"
        return Arm(condition: condition, outcome: .refused(reason), place: handlers[0].place)
    }
}

extension Candidate {
    fileprivate var isRepeatableHandler: Bool {
        !outcome.isRefused && condition.text != nil
    }

    fileprivate var arm: NameGroup.Arm {
        if !outcome.isRefused, condition.text == nil {
            return NameGroup.Arm(
                condition: nil, outcome: .refused("the condition of its #if cannot be repeated"),
                place: place)
        }
        return NameGroup.Arm(
            condition: condition.isAlways ? nil : condition.text, outcome: outcome, place: place)
    }

    /// The refusal for the case that its condition does not hold.
    fileprivate var absence: NameGroup.Arm {
        let reason = "it is inside #if \(condition.text ?? "…"), which does not hold here"
        return NameGroup.Arm(condition: nil, outcome: .refused(reason), place: place)
    }
}
