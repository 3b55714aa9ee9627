// SPDX-License-Identifier: Apache-2.0

/// A module that was loaded by name.
///
/// Corresponds to what `apache.import_module()` returns in mod_python.
public struct ImportedModule {
    private let version: ModuleVersion

    init(_ version: ModuleVersion) { self.version = version }

    /// Its source file, or its directory of source files.
    public var path: String { version.sourcePath }

    /// The functions that can be called, as a directive would name them, in alphabetical order.
    public var handlers: [String] { version.handlerNames }

    /// Calls a function of the module.
    ///
    /// - Parameters:
    ///   - function: The function's name, as in "handler" or "Type.method".
    ///   - req: The request that is passed to the function.
    /// - Returns: The function's result; for a function that returns text or nothing, `.ok`.
    /// - Throws: The function's error; an error that ends the request as 500 if the module has no
    ///   such function, or if the function does not take a `Request`.
    public func call(_ function: String, _ req: Request) throws -> Status {
        let loaded: LoadedHandler
        do {
            loaded = try version.handler(function, mayBeAbsent: false).object
        } catch {
            throw HandlerFailure(describing: error)
                .of(directive: "ImportedModule.call", taking: "a Request")
        }
        guard case .request(let body) = loaded.handler else {
            throw HandlerFailure.wrongArgument(
                loaded.handler, in: "ImportedModule.call", wanted: "Request")
        }
        return try body(req)
    }
}

extension Apache {
    /// Loads a module whose name is data, and builds it first if necessary.
    ///
    /// For a module whose name is known, use `import`. The name is resolved like that of an
    /// `import`: in the directory of the caller's module, then along the `SwiftPath` that was in
    /// effect for it. Never build the name from data that a client has sent without checking it
    /// against a list of permitted names.
    ///
    /// ```swift
    /// func handler(_ req: Request) throws -> Status {
    ///     guard let name = req.options["theme"] else { return .notFound }
    ///     return try Apache.importModule(name, for: req).call("show", req)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - name: "name", "directory/name", or an absolute path without ".swift".
    ///   - req: The request that uses the module; it keeps the version that it gets. If nil, each
    ///     call returns the current version.
    ///   - fileID: The caller's module.
    /// - Throws: An error that ends the request as 500 if there is no such module, or if it does
    ///   not compile.
    ///
    /// Corresponds to `apache.import_module()` in mod_python.
    public static func importModule(
        _ name: String, for req: Request? = nil, fileID: StaticString = #fileID
    ) throws -> ImportedModule {
        guard let caller = LoadedLibraries.library(ofCode: fileID)?.identity else {
            throw HandlerFailure.importFromElsewhere(name)
        }
        return ImportedModule(try Loader.module(name, importedBy: caller, for: req))
    }

    /// Stops this process from checking sources for changes: modules that are loaded stay as they
    /// are, and modules loaded later use them. For production; equivalent to `SwiftAutoReload Off`
    /// everywhere.
    ///
    /// `SwiftImport mod_swift::freezeModules` calls it in each child before the child serves
    /// requests.
    ///
    /// Corresponds to `apache.freeze_modules()` of mod_python 3.3.
    public static func freezeModules() { ReloadPolicy.freeze() }
}
