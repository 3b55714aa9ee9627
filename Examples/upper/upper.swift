import ModSwift

/// Sends everything in capitals: the letters of ASCII, in whatever httpd sends.
func outputFilter(_ filter: Filter) throws {
    while let bytes = try filter.read() {
        filter.write(bytes.map { (97...122).contains($0) ? $0 - 32 : $0 })
    }
}
