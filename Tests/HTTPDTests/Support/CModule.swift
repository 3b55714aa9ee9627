// SPDX-License-Identifier: Apache-2.0

/// A module in C that a test makes, for what no handler and no client could bring about.
enum CModule {
    /// Compiles a source into a module.
    ///
    /// - Parameters:
    ///   - name: The module's record is `NAME_module`.
    ///   - folder: Where the module is put.
    ///   - headers: A further directory with headers.
    /// - Returns: The directive that loads it.
    static func make(
        _ name: String, _ source: String, in folder: String, headers: String? = nil
    ) throws -> String {
        let apxs = try SourceTree.configured("APXS")
        let path = "\(folder)/mod_\(name).c"
        try source.write(toFile: path, atomically: false, encoding: .utf8)
        try Shell.run([
            "sh", "-c",
            """
            gcc -std=gnu11 -fPIC -shared $(\(apxs) -q CFLAGS) \
            $($(\(apxs) -q APR_CONFIG) --cflags --cppflags --includes) \
            -I"\(headers ?? folder)" -I"$(\(apxs) -q includedir)" -o \(folder)/mod_\(name).so \(path)
            """,
        ])
        return "LoadModule \(name)_module \"\(folder)/mod_\(name).so\""
    }
}
