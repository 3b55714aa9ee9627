// SPDX-License-Identifier: Apache-2.0

/// What is to be told, as the arguments say it.
struct SymbolizeArguments {
    struct Frame {
        /// Index in `images`.
        let image: Int
        /// Address in the image.
        let address: UInt64
    }

    /// Paths. Those of handlers are `module=`, others `library=`.
    private(set) var images: [(path: String, isModule: Bool)] = []
    /// Innermost first. In front of the address stands "@" where that is of the very instruction,
    /// "+" where it is the address to return to.
    private(set) var frames: [Frame] = []

    /// Reads `module=PATH`, `library=PATH` and `frame=IMAGE@ADDRESS` or `frame=IMAGE+ADDRESS`,
    /// addresses in hexadecimal; nil when there is anything else.
    init?(arguments: [String]) {
        for argument in arguments {
            guard let sign = argument.firstIndex(of: "=") else { return nil }
            let value = argument[argument.index(after: sign)...]
            switch argument[..<sign] {
            case "module": images.append((String(value), true))
            case "library": images.append((String(value), false))
            case "frame":
                guard let frame = Self.frame(value), images.indices.contains(frame.image) else {
                    return nil
                }
                frames.append(frame)
            default: return nil
            }
        }
    }

    private static func frame(_ text: Substring) -> Frame? {
        guard let sign = text.firstIndex(where: { $0 == "@" || $0 == "+" }),
            let image = Int(text[..<sign]),
            let address = UInt64(text[text.index(after: sign)...], radix: 16)
        else { return nil }
        // The address to return to may belong to the next line already.
        return Frame(
            image: image, address: text[sign] == "+" && address > 0 ? address - 1 : address)
    }
}
