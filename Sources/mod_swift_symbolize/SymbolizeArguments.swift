// SPDX-License-Identifier: Apache-2.0

/// The addresses to symbolize, from the arguments.
struct SymbolizeArguments {
    struct Frame {
        /// The index in `images`.
        let image: Int
        /// The address in the image.
        let address: UInt64
    }

    /// The paths. Images of handlers are `module=`, others `library=`.
    private(set) var images: [(path: String, isModule: Bool)] = []
    /// The frames, innermost first. Before the address is "@" if it is that of the instruction
    /// itself, "+" if it is a return address.
    private(set) var frames: [Frame] = []

    /// Parses `module=PATH`, `library=PATH` and `frame=IMAGE@ADDRESS` or `frame=IMAGE+ADDRESS`,
    /// with addresses in hexadecimal; nil if there is any other argument.
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
        // A return address may already belong to the next line.
        return Frame(
            image: image, address: text[sign] == "+" && address > 0 ? address - 1 : address)
    }
}
