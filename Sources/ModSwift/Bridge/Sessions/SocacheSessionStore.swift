// SPDX-License-Identifier: Apache-2.0
//
// httpd's small object caches: mod_socache_shmcb, _dbm, _memcache, _redis. They support only store,
// retrieve and remove; "update if it exists" is implemented with these under the key's lock.

internal import CApache
internal import SessionCoding
internal import SystemCalls

// SAFETY: provider and instance are created by the parent before it has children, in the
// configuration's pool, which no child outlives; providers may be called by several threads at
// once.
/// A store in one of httpd's caches.
@safe final class SocacheSessionStore: SessionStore {
    /// The cache that the parent has created for `SwiftSessionStore socache provider[:arguments]`.
    @safe private struct Cache: @unchecked Sendable {  // because of the SAFETY comment above
        let provider: UnsafePointer<ap_socache_provider_t>
        let instance: OpaquePointer
        let server: UnsafeMutablePointer<server_rec>
        let name: String
    }

    // SAFETY: as above.
    nonisolated(unsafe) private static var made: Cache?

    private let cache: Cache
    private var name: String { cache.name }

    /// - Throws: ``SessionError`` if the parent could not create the cache.
    init() throws {
        guard let made = unsafe Self.made else {
            throw SessionError.store(
                "the cache of SwiftSessionStore was not made when the server started; see its log")
        }
        cache = made
    }

    /// Creates the cache in the parent.
    ///
    /// - Parameter words: "shmcb", or "shmcb:/path(512000)", as for `SSLSessionCache`.
    /// - Returns: A message if that fails.
    static func prepare(_ words: String, _ server: ServerRecord, _ pool: Pool) -> String? {
        unsafe made = nil
        let parts = words.split(separator: ":", maxSplits: 1).map(String.init)
        let name = parts.first ?? ""
        guard
            let found = unsafe ap_lookup_provider(
                AP_SOCACHE_PROVIDER_GROUP, name, AP_SOCACHE_PROVIDER_VERSION)
        else {
            return "there is no cache \"\(name)\"; load mod_socache_\(name)"
        }
        let provider = unsafe UnsafePointer(
            found.assumingMemoryBound(to: ap_socache_provider_t.self))
        var instance: OpaquePointer?
        let arguments = parts.count > 1 ? parts[1] : nil
        // SAFETY: the texts are copied into the pool by the provider, or into it here.
        let copy = unsafe arguments.flatMap { unsafe pool.copy($0, refusing: .null) }
        if let error = unsafe provider.pointee.create(&instance, copy, pool.pointer, pool.pointer) {
            return "the cache \(words) cannot be made: \(unsafe String(cString: error))"
        }
        guard let instance = unsafe instance else { return "the cache \(words) cannot be made" }
        var hints = ap_socache_hints(
            avg_id_len: 17, avg_obj_size: 300, expiry_interval: 60_000_000)
        let code = unsafe provider.pointee.`init`(
            instance, "mod_swift-sess", &hints, server.pointer, pool.pointer)
        guard code == APR_SUCCESS else {
            return "the cache \(words) cannot be used: \(errorText(code))"
        }
        unsafe made = Cache(
            provider: provider, instance: instance, server: server.pointer, name: name)
        destroyWith(pool)
        guard unsafe provider.pointee.flags & UInt32(AP_SOCACHE_FLAG_NOTMPSAFE) != 0 else {
            return nil
        }
        do {
            try StoreMutex.make(server, pool)
        } catch {
            return "\(error)"
        }
        return nil
    }

    /// Destroys its files and memory together with the configuration.
    private static func destroyWith(_ pool: Pool) {
        unsafe apr_pool_cleanup_register(
            pool.pointer, nil,
            { _ in
                if let made = unsafe SocacheSessionStore.made {
                    unsafe made.provider.pointee.destroy(made.instance, made.server)
                }
                unsafe SocacheSessionStore.made = nil
                return APR_SUCCESS
            }, apr_pool_cleanup_null)
    }

    // MARK: Store

    func load(_ key: String) throws -> [UInt8]? {
        if let bytes = try retrieve(Self.id(key)) { return bytes }
        // After a short outage of its server a provider returns "not found" for seconds without
        // asking.
        if isRemote { try checkAnswers() }
        return nil
    }

    func insert(_ bytes: [UInt8], for key: String, expires: Double) throws {
        try store(bytes, Self.id(key), expires: expires)
    }

    func update(_ bytes: [UInt8], for key: String, expires: Double) throws -> Bool {
        guard try load(key) != nil else { return false }
        try store(bytes, Self.id(key), expires: expires)
        return true
    }

    func delete(_ key: String) throws -> Bool {
        guard try load(key) != nil else { return false }
        var id = Self.id(key)
        let code = try unsafe inTurn { pool in
            unsafe cache.provider.pointee.remove(
                cache.instance, cache.server, &id, UInt32(id.count), pool)
        }
        try check(code, "remove from")
        return true
    }

    // MARK: Provider

    private var isRemote: Bool { name == "memcache" || name == "redis" }

    /// shmcb selects a partition by the first byte, which must have 256 values and not be a digit.
    private static func id(_ key: String) -> [UInt8] {
        let digits = StoreKey(String(key.suffix(StoreKey.textLength))) ?? KeyDigest.of("", key)
        return digits.bytes + key.utf8.dropLast(min(StoreKey.textLength, key.utf8.count))
    }

    private func retrieve(_ id: [UInt8]) throws -> [UInt8]? {
        var id = id
        // For a buffer that is too small, shmcb returns "not found"; its largest value is smaller
        // than this.
        let size = isRemote ? SessionRecord.largestValues + 4096 : 65_536
        var code: apr_status_t = APR_SUCCESS
        let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var length = UInt32(size)
            code = try unsafe inTurn { pool in
                unsafe cache.provider.pointee.retrieve(
                    cache.instance, cache.server, &id, UInt32(id.count), buffer.baseAddress,
                    &length, pool)
            }
            count = code == APR_SUCCESS ? Int(length) : 0
        }
        if code == APR_SUCCESS { return Array(bytes[...]) }
        // mod_socache_dbm returns APR_EGENERAL in this case.
        if code == APR_NOTFOUND || name == "dbm" && code == APR_EGENERAL { return nil }
        try check(code, "read from")
        return nil
    }

    private func store(_ bytes: [UInt8], _ id: [UInt8], expires: Double) throws {
        var bytes = bytes
        var id = id
        let now = Double(WallClock.milliseconds) / 1000
        // redis rejects less than a second; for memcached, more than 30 days is in the past.
        let seconds = min(max(expires - now, 2), name == "memcache" ? 29 * 86_400 : expires)
        let expiry = apr_time_t((now + seconds) * 1_000_000)
        let code = try unsafe inTurn { pool in
            unsafe cache.provider.pointee.store(
                cache.instance, cache.server, &id, UInt32(id.count), expiry, &bytes,
                UInt32(bytes.count), pool)
        }
        try check(code, "keep \(bytes.count) bytes in")
    }

    /// Checks that a value that has just been stored is found.
    private func checkAnswers() throws {
        let id = Self.id("\(StoreKey.random().text)")
        try store([1], id, expires: Double(WallClock.milliseconds) / 1000 + 10)
        guard try retrieve(id) == [1] else {
            throw SessionError.store("the cache \(name) does not respond")
        }
    }

    private func inTurn(_ body: (OpaquePointer) throws -> apr_status_t) throws -> apr_status_t {
        try unsafe CallPool.with { pool in
            guard unsafe cache.provider.pointee.flags & UInt32(AP_SOCACHE_FLAG_NOTMPSAFE) != 0
            else { return try unsafe body(pool) }
            return try StoreMutex.with { try unsafe body(pool) }
        }
    }

    private func check(_ code: apr_status_t, _ operation: String) throws {
        guard code != APR_SUCCESS else { return }
        throw SessionError.store("cannot \(operation) the cache \(name): \(errorText(code))")
    }
}
