// SPDX-License-Identifier: Apache-2.0

extension PageFiles {
    /// Returns the compiler's output with the lines of the page instead of those of its
    /// translation.
    package func quoted(in output: String) -> String {
        var quote: String?
        return output.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if let line = quote {
                quote = nil
                return line
            }
            quote = place(in: line).flatMap(text)
            return String(line)
        }.joined(separator: "\n")
    }

    /// Returns the line of a file, by path and number.
    func text(path: String, line: Int) -> String? {
        let file = path == page.path ? page : included.first { $0.path == path }?.file
        return file.flatMap { $0.text(line: line) }
    }

    /// Returns the location at the beginning of a line such as "/srv/page.psp:3:5: error: …".
    private func place(in line: Substring) -> (path: String, line: Int)? {
        for path in [page.path] + included.map(\.path) where line.hasPrefix("\(path):") {
            let rest = line.dropFirst(path.count + 1).split(
                separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard rest.count == 3, let number = Int(rest[0]), Int(rest[1]) != nil else { continue }
            return (path, number)
        }
        return nil
    }
}

extension PageSyntaxError {
    /// Returns the error in the compiler's form, with its source line.
    package func quoting(_ files: PageFiles) -> String {
        guard let line = files.text(path: file, line: location.line) else {
            return "\(description)\n"
        }
        let caret = line.utf8.prefix(location.column - 1).map { $0 == 9 ? "\t" : " " }.joined()
        return "\(description)\n\(line)\n\(caret)^\n"
    }
}
