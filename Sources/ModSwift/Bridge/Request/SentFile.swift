// SPDX-License-Identifier: Apache-2.0

internal import CApache

extension RequestRecord {
    /// Sends a part of a file; httpd selects sendfile, mmap or reading, depending on its
    /// configuration.
    ///
    /// - Returns: The number of bytes passed to httpd.
    func sendFile(_ path: String, offset: Int, length: Int?) throws -> Int {
        var pool: OpaquePointer?
        // SAFETY: a separate pool for this file, so that a request can send any number of files.
        // Code that keeps a bucket beyond the call below must move the file to its own pool.
        guard unsafe apr_pool_create_ex(&pool, pointer.pointee.pool, nil, nil) == APR_SUCCESS,
            let pool = unsafe pool
        else {
            throw ServerError(APR_ENOMEM, operation: "sendFile", detail: path)
        }
        var isHeld = false
        defer { if !isHeld { unsafe apr_pool_destroy(pool) } }
        let file = try unsafe open(path, in: pool)
        let size = try unsafe self.size(of: file, path)
        guard offset >= 0, offset <= size, (length ?? 0) >= 0 else {
            throw ServerError(
                APR_EINVAL, operation: "sendFile",
                detail: "\(path) of \(size) bytes: offset \(offset), length \(length ?? size)")
        }
        let count = min(length ?? size, size - offset)
        guard count > 0,
            let brigade = unsafe apr_brigade_create(
                pool, pointer.pointee.connection.pointee.bucket_alloc)
        else { return 0 }
        unsafe insert(file, offset: offset, count: count, into: brigade)
        isHeld =
            unsafe DeferredFileFilter.isPossible(for: self)
            && DeferredFileFilter.begin(for: self, in: pool)
        let status = unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade)
        unsafe apr_brigade_cleanup(brigade)
        guard status == APR_SUCCESS else { throw outputError(status) }
        return count
    }

    /// The error for a failure of httpd's output: usually the client has disconnected, but a filter
    /// may also have rejected the response and sent its own.
    func outputError(_ status: apr_status_t) -> any Error {
        status == AP_FILTER_ERROR ? AnsweredByHttpd() : ClientGone()
    }

    private func open(_ path: String, in pool: OpaquePointer) throws -> OpaquePointer? {
        guard let name = unsafe Pool(pool)?.copy(path, refusing: .null) else {
            throw ServerError(APR_EINVAL, operation: "open", detail: printable(path))
        }
        var file: OpaquePointer?
        // Non-blocking: opening a named pipe would otherwise wait for a writer.
        let flags =
            APR_FOPEN_READ | APR_FOPEN_BINARY | APR_FOPEN_NONBLOCK
            | (unsafe msw_sendfile_flag(pointer))
        let status = unsafe apr_file_open(&file, name, flags, APR_FPROT_OS_DEFAULT, pool)
        guard status == APR_SUCCESS else {
            throw ServerError(status, operation: "open", detail: path)
        }
        return unsafe file
    }

    private func size(of file: OpaquePointer?, _ path: String) throws -> Int {
        var info = unsafe apr_finfo_t()
        let status = unsafe apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file)
        guard status == APR_SUCCESS || status == APR_INCOMPLETE else {
            throw ServerError(status, operation: "stat", detail: path)
        }
        guard unsafe info.filetype == APR_REG else {
            throw ServerError(APR_EINVAL, operation: "sendFile", detail: "\(path) is not a file")
        }
        return Int(unsafe info.size)
    }

    /// Inserts the file in the same way as httpd's own handler.
    private func insert(
        _ file: OpaquePointer?, offset: Int, count: Int,
        into brigade: UnsafeMutablePointer<apr_bucket_brigade>
    ) {
        // SAFETY: the brigade's pool also holds the file.
        guard
            let bucket = unsafe apr_brigade_insert_file(
                brigade, file, apr_off_t(offset), apr_off_t(count), brigade.pointee.p)
        else { return }
        if unsafe msw_mmap_is_allowed(pointer) == 0 {
            _ = unsafe apr_bucket_file_enable_mmap(bucket, 0)
        }
        _ = unsafe apr_bucket_file_set_buf_size(bucket, ap_get_read_buf_size(pointer))
    }
}
