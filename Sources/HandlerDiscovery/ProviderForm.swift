// SPDX-License-Identifier: Apache-2.0

/// The role of a function in httpd's access control, as determined by the labels of its parameters
/// after the Request.
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

    /// The registrar's method for this form.
    var registration: String {
        switch self {
        case .passwordCheck: "addPasswordCheck"
        case .realmHash: "addRealmHash"
        case .authorization: "addAuthorization"
        }
    }

    /// Nil if the parameters are not those of a provider.
    init?(_ parameters: some Collection<Parameter>) {
        let labels = parameters.map(\.label)
        guard parameters.allSatisfy(\.isText),
            let form = Self.allCases.first(where: { $0.labels == labels })
        else { return nil }
        self = form
    }
}
