// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import CTrapGuard

/// A compiled module in the process. Nothing Swift is ever unloaded.
enum DynamicLibrary {
    /// Loads a module and has it hand over its handlers.
    ///
    /// Every symbol is bound now, so that a missing one is an error here and not a crash later, and
    /// none of them is seen by modules that do not import it. The libraries of modules that it
    /// imports are there: they are found by their names, nowhere else.
    ///
    /// Its constructors, and those of libraries that come with it, are an author's code.
    static func load(_ path: String, registrar: HandlerCollector) throws(LoadError) {
        var outcome = Result<Void, LoadError>.success(())
        let trap = TrapGuard.finish(
            OneShotWork {
                do throws(LoadError) {
                    try open(path, registrar)
                } catch {
                    outcome = .failure(error)
                }
            }, for: .child)
        if let trap {
            // SAFETY: what it gives back, this thread holds and nobody uses.
            let isWhole = msw_release_linker_lock() != 0
            throw LoadError(
                TrapPolicy.loading(path, trap, isWhole: isWhole), path: path, isHalfLoaded: true)
        }
        try outcome.get()
    }

    private static func open(_ path: String, _ registrar: HandlerCollector) throws(LoadError) {
        // SAFETY: the stamp was checked: the file is a module built for this library.
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw LoadError(
                unsafe dlerror().map { unsafe String(cString: $0) } ?? "dlopen failed", path: path)
        }
        guard let symbol = unsafe dlsym(handle, "msw_register_handlers") else {
            throw LoadError("it has no msw_register_handlers", path: path)
        }
        typealias Register = @convention(c) (UnsafeMutableRawPointer) -> Void
        // SAFETY: the builder generated the function with this type; the collector outlives the call.
        let register = unsafe unsafeBitCast(symbol, to: Register.self)
        unsafe register(Unmanaged.passUnretained(registrar).toOpaque())
    }
}

/// What the dynamic linker said.
struct LoadError: Error {
    let message: String
    /// The library; empty where the message names it.
    let path: String
    /// Whether the dynamic linker would take it for loaded, and not run its constructors again.
    let isHalfLoaded: Bool

    init(_ message: String, path: String = "", isHalfLoaded: Bool = false) {
        self.message = message
        self.path = path
        self.isHalfLoaded = isHalfLoaded
    }
}

extension HandlerRegistrar {
    /// For generated code: the registrar behind the pointer that `msw_register_handlers` was given.
    @_documentation(visibility: internal)
    public init(_ context: UnsafeMutableRawPointer) {
        // SAFETY: only DynamicLibrary.load calls the generated function, with a live collector.
        collector = unsafe Unmanaged<HandlerCollector>.fromOpaque(context).takeUnretainedValue()
    }
}
