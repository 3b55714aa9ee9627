// SPDX-License-Identifier: Apache-2.0
//
// The interface to the shim: the one function it links to, and the entry points that it returns.
// No Swift error leaves an entry point: each returns a status that httpd understands.

internal import CApache

// SAFETY: written in msw_library, in the parent, before any child or thread exists.
/// The module's record in the shim.
nonisolated(unsafe) private(set) var moduleRecord: UnsafeMutablePointer<module>?

// SAFETY: written together with the record, which contains it.
/// The index of our slot in httpd's per-module vectors. httpd assigns it at each start, before it
/// makes the module register its hooks; every request reads it several times.
nonisolated(unsafe) private var givenIndex: Int32 = 0
var moduleIndex: Int32 { unsafe givenIndex }

// SAFETY: made once, never freed, read by the shim only.
nonisolated(unsafe) private let entryPoints: UnsafeMutablePointer<msw_entry_points> = {
    let points = UnsafeMutablePointer<msw_entry_points>.allocate(capacity: 1)
    unsafe points.initialize(
        to: msw_entry_points(
            abi: MSW_ENTRY_ABI,
            build_id: LibraryImage.buildIDPointer,
            check_config: { server in
                guard let server = unsafe ServerRecord(server) else { return }
                Startup.checkConfiguration(server)
            },
            dump_modules: { server, sections in
                guard let server = unsafe ServerRecord(server) else { return }
                BuildPlan(of: server, unsafe ConfigurationSection.all(sections)).print()
            },
            post_config: { configuration, temporary, server in
                // SAFETY: httpd passes live pools and the main server.
                guard let server = unsafe ServerRecord(server),
                    let pool = unsafe Pool(configuration)
                else { return HTTP_INTERNAL_SERVER_ERROR }
                return Startup.prepareParent(server, pool: pool)
            },
            watches_signals: { SignalHandlers.watch() ? 1 : 0 },
            child_init: { pool, server in
                unsafe BackgroundThread.endWithChild(pool)
                guard let server = unsafe ServerRecord(server) else { return }
                unsafe ChildCleanups.run(before: pool)
                guard let pool = unsafe Pool(pool) else { return }
                Startup.prepareChild(server, pool: pool)
            },
            take_signals: { starts in
                if starts != 0 { SignalHandlers.beginServing() } else { SignalHandlers.retake() }
            },
            child_ended: { server, pid, slot in
                guard let server = unsafe ServerRecord(server) else { return }
                RunningRequests.tell(ofChild: pid, slot: slot < 0 ? nil : slot, server)
            },
            child_stopping: { ChildEnd.begin(isGraceful: $0 != 0) },
            request_phase: { record, phase in
                guard let record = unsafe RequestRecord(record) else { return DECLINED }
                return Dispatcher.runHook(Phase(phase), of: record)
            },
            check_password: { unsafe Provider.checkPassword($0, $1, $2, $3) },
            realm_hash: { unsafe Provider.realmHash($0, $1, $2, $3, $4) },
            authorization: { unsafe Provider.authorization($0, $1, $2) },
            refuse_source: { record in
                guard let record = unsafe RequestRecord(record) else { return HTTP_FORBIDDEN }
                return Dispatcher.refuseSource(of: record)
            },
            pre_connection: { record in
                guard let record = unsafe ConnectionRecord(record) else { return DECLINED }
                return Dispatcher.admits(record) ? OK : HTTP_FORBIDDEN
            },
            process_connection: { record in
                guard let record = unsafe ConnectionRecord(record) else { return DECLINED }
                return Dispatcher.runConnection(record)
            },
            close_connection: { record in
                if let record = unsafe ConnectionRecord(record) { Dispatcher.endConnection(record) }
            },
            output_filter: { filter, brigade, name in
                guard let filter = unsafe FilterRecord(filter),
                    let brigade = unsafe Brigade(brigade)
                else { return APR_EGENERAL }
                return OutputFilter.run(filter, unsafe FilterName(name), brigade)
            },
            input_filter: { filter, brigade, mode, block, count, name in
                guard let filter = unsafe FilterRecord(filter),
                    let brigade = unsafe Brigade(brigade)
                else { return APR_EGENERAL }
                return InputFilter.run(
                    filter, unsafe FilterName(name), brigade,
                    InputMode(mode: mode, block: block, count: count))
            },
            call_handler: { record, directive, word, directory in
                guard let record = unsafe RequestRecord(record), let word = text(word),
                    let directive = text(directive)
                else { return HTTP_INTERNAL_SERVER_ERROR }
                return Dispatcher.call(word, as: directive, in: text(directory), of: record)
            },
            request_object: { record in
                unsafe RequestRecord(record).map {
                    unsafe Unmanaged.passUnretained(Request.of($0)).toOpaque()
                }
            },
            connection_object: { record in
                unsafe ConnectionRecord(record).map {
                    unsafe Unmanaged.passUnretained(Connection.of($0)).toOpaque()
                }
            },
            server_object: { record in
                unsafe ServerRecord(record).flatMap { Servers.of($0) }.map {
                    unsafe Unmanaged.passUnretained($0).toOpaque()
                }
            },
            include: { record, word, brigade in
                guard let record = unsafe RequestRecord(record), let word = text(word),
                    let brigade = unsafe Brigade(brigade)
                else { return 0 }
                return Dispatcher.include(word, in: record, brigade) ? 1 : 0
            },
            status_page: { record, flags in
                guard let record = unsafe RequestRecord(record) else { return DECLINED }
                ServerStatusSection.write(to: record, isShort: flags & AP_STATUS_SHORT != 0)
                return OK
            },
            insert_error_filter: { record in
                if let record = unsafe RequestRecord(record) { AllowFilter.begin(for: record) }
            }))
    return unsafe points
}()

/// Passes the entry points to the shim if both are from the same build.
///
/// - Parameters:
///   - abi: `MSW_ENTRY_ABI` of the shim.
///   - buildID: The build id of the library that the shim was linked against.
///   - record: The module's record, which keeps its address as long as the process runs.
/// - Returns: `const msw_entry_points *`, or nil if shim and library are from different builds.
@c(msw_library)
public func mswLibrary(
    _ abi: Int32, _ buildID: UnsafePointer<CChar>?, _ record: UnsafeMutableRawPointer?
) -> UnsafeRawPointer? {
    guard abi == MSW_ENTRY_ABI, let buildID = unsafe buildID, let record = unsafe record,
        unsafe String(cString: buildID) == LibraryImage.buildID
    else { return nil }
    // SAFETY: the shim passes the address of its module record.
    let module = unsafe record.assumingMemoryBound(to: module.self)
    unsafe moduleRecord = module
    unsafe givenIndex = module.pointee.module_index
    return unsafe UnsafeRawPointer(entryPoints)
}
