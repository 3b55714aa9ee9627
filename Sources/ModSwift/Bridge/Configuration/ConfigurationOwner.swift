// SPDX-License-Identifier: Apache-2.0

/// What a configuration is in effect for, and lives no longer than. Values that authors may keep
/// hold the owner, and ask it for its record each time: one that has ended stops with a sentence.
enum ConfigurationOwner {
    case request(Request)
    case server(Server)

    var configuration: DirectoryConfiguration? {
        switch self {
        case .request(let request): request.live.configuration
        case .server(let server): server.configuration
        }
    }
}
