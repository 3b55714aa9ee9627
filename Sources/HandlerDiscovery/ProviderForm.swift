// SPDX-License-Identifier: Apache-2.0

/// What a function is to httpd's access control, told by the labels of what it takes beside its
/// Request.
enum ProviderForm: CaseIterable {
    case passwordCheck
    case realmHash
    case authorization

    var labels: [String] {
        switch self {
        case .passwordCheck: ["user", "password"]
        case .realmHash: ["user", "realm"]
        case .authorization: ["arguments"]
        }
    }

    /// The registrar's method for it.
    var registration: String {
        switch self {
        case .passwordCheck: "addPasswordCheck"
        case .realmHash: "addRealmHash"
        case .authorization: "addAuthorization"
        }
    }

    /// Nil for parameters that are none of a provider's.
    init?(_ parameters: some Collection<Parameter>) {
        let labels = parameters.map(\.label)
        guard parameters.allSatisfy(\.isText),
            let form = Self.allCases.first(where: { $0.labels == labels })
        else { return nil }
        self = form
    }
}
