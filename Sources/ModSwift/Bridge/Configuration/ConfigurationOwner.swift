// SPDX-License-Identifier: Apache-2.0

/// The object that a configuration belongs to and that outlives it. Values that authors may store
/// hold the owner, and ask it for its record at each access: an owner that has ended stops the
/// process with a message.
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
