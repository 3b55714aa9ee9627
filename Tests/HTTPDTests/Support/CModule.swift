// SPDX-License-Identifier: Apache-2.0

/// A C module that a test compiles, for situations that no handler and no client can cause.
enum CModule {
    /// Compiles a source into a module.
    ///
    /// - Parameters:
    ///   - name: The module's record is `NAME_module`.
    ///   - folder: The directory for the module.
    ///   - headers: Another directory with headers.
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
