// SPDX-License-Identifier: Apache-2.0

/// A module that was loaded by its name.
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
    ///   - function: Its name, as in "handler" or "Type.method".
    ///   - req: What it is given.
    /// - Returns: What it returns; for a function that returns text or nothing, `.ok`.
    /// - Throws: What the function throws; an error that ends the request as 500 where there is no
    ///   such function, or where it does not take a `Request`.
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
    /// Loads a module whose name is data; has it built where that is still to be done.
    ///
    /// A module whose name is known is imported by `import`. The name is looked for as that of an
    /// `import` is: beside the caller's module, then along the `SwiftPath` that was in effect for it. Never
    /// make it of what a client has sent without a list of the names that are meant.
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
    ///   - req: The request that it is used for, which keeps to the version that it gets; nil: each call
    ///     gives the current one.
    ///   - fileID: The caller's module.
    /// - Throws: An error that ends the request as 500 where there is no such module, or where it does
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

    /// Has this process never look at a source again: what is loaded stays as it is, and what is loaded
    /// later uses it. For production; the same as `SwiftAutoReload Off` everywhere.
    ///
    /// `SwiftImport mod_swift::freezeModules` calls it in each child before it serves anybody.
    ///
    /// Corresponds to `apache.freeze_modules()` of mod_python 3.3.
    public static func freezeModules() { ReloadPolicy.freeze() }
}
