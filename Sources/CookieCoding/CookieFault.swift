// SPDX-License-Identifier: Apache-2.0

/// The reason why a cookie cannot be set.
package enum CookieFault: Error, Equatable, CustomStringConvertible {
    case emptyName
    case name(UInt8)
    case value(UInt8)
    /// The size of name and value in bytes.
    case tooLarge(Int)
    case attribute(String, UInt8)
    case longAttribute(String)
    case relativePath
    case domain
    case expires
    case needsSecure(String)
    case prefix(CookiePrefix)

    package var description: String {
        switch self {
        case .emptyName: "its name is empty"
        case .name(let byte):
            "its name holds \(shown(byte)); letters, digits and !#$%&'*+-.^_`|~ are allowed"
        case .value(let byte):
            "its value holds \(shown(byte)); visible ASCII characters are allowed, without '\"', ',', ';' and "
                + "'\\'. Encode it"
        case .tooLarge(let size):
            "name and value are \(size) bytes long; browsers drop cookies of more than "
                + "\(SetCookie.maximumSize)"
        case .attribute(let name, let byte): "\(name) holds \(shown(byte))"
        case .longAttribute(let name): "\(name) is too long; browsers would leave it out"
        case .relativePath: "Path does not begin with /"
        case .domain: "Domain is not a domain name"
        case .expires: "Expires is not a time of the years 1601 to 9999"
        case .needsSecure(let what): "\(what) needs Secure: browsers drop it otherwise"
        case .prefix(let prefix):
            "the prefix \(prefix.rawValue) needs Secure"
                + (prefix.isForHost ? ", Path=/ and no Domain" : "")
                + (prefix.isForHTTP ? ", and HttpOnly" : "") + ": browsers drop it otherwise"
        }
    }

    private func shown(_ byte: UInt8) -> String {
        if byte > 0x20, byte < 0x7F { return "'\(Character(Unicode.Scalar(byte)))'" }
        switch byte {
        case 0x20: return "a space"
        case 0x0D, 0x0A: return "a line break"
        case 0x80...: return "a character outside ASCII"
        default: return "a control character"
        }
    }
}
