// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import CTrapGuard

/// Loads compiled modules into the process. Swift code is never unloaded.
enum DynamicLibrary {
    /// Loads a module and makes it register its handlers.
    ///
    /// Every symbol is bound immediately, so that a missing one is an error here and not a crash
    /// later, and modules that do not import this one see none of its symbols. The libraries of
    /// modules that it imports are already loaded: they are found by their names only.
    ///
    /// Its constructors, and those of libraries loaded with it, are an author's code.
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
            // SAFETY: the released lock is held by this thread, which has left all code that uses
            // it.
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

/// The dynamic linker's message.
struct LoadError: Error {
    let message: String
    /// The library; empty if the message names it.
    let path: String
    /// Whether the dynamic linker would consider it loaded, and not run its constructors again.
    let isHalfLoaded: Bool

    init(_ message: String, path: String = "", isHalfLoaded: Bool = false) {
        self.message = message
        self.path = path
        self.isHalfLoaded = isHalfLoaded
    }
}

extension HandlerRegistrar {
    /// For generated code: creates the registrar from the argument of `msw_register_handlers`.
    @_documentation(visibility: internal)
    public init(_ context: UnsafeMutableRawPointer) {
        // SAFETY: only DynamicLibrary.load calls the generated function, with a live collector.
        collector = unsafe Unmanaged<HandlerCollector>.fromOpaque(context).takeUnretainedValue()
    }
}
