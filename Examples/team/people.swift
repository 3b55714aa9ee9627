// SPDX-License-Identifier: Apache-2.0
//
// What handlers share is `package`: other modules see it, and no URL leads to it.

package struct Person: Sendable {
    package let name: String
    package let task: String
}

private let team = [
    Person(name: "Ann", task: "filters"), Person(name: "Bert", task: "sessions"),
    Person(name: "Cleo", task: "filters and forms"),
]

/// The people whose name or task has a text, in any case.
package func find(_ text: String) -> [Person] {
    let wanted = text.lowercased()
    if wanted.isEmpty { return team }
    return team.filter {
        $0.name.lowercased().contains(wanted) || $0.task.lowercased().contains(wanted)
    }
}
