// SPDX-License-Identifier: Apache-2.0
//
// Reading a request's body from httpd's input filters, and sending files down its output filters.

internal import CApache

/// How a step of reading a body ended.
enum BodyStep {
    case bytes([UInt8])
    case end
    /// Status of httpd's input filters: 413, 408, 400 …
    case refused(Int32)
    /// A filter has refused the body and sent the answer.
    case answered
    case clientGone
}

extension RequestRecord {
    /// Reads the next bytes of the body, at most `limit`, waiting for them when there are none yet.
    func readBody(upTo limit: Int) -> BodyStep {
        // A subrequest has the filters of its main request, but not its body, unless mod_request
        // keeps one.
        if main != nil, unsafe pointer.pointee.kept_body == nil { return .end }
        guard let brigade = unsafe makeBrigade() else {
            return .refused(HTTP_INTERNAL_SERVER_ERROR)
        }
        defer { unsafe apr_brigade_destroy(brigade) }
        let status = unsafe ap_get_brigade(
            pointer.pointee.input_filters, brigade, AP_MODE_READBYTES, APR_BLOCK_READ,
            apr_off_t(limit))
        if status != APR_SUCCESS { return failure(status) }
        return unsafe drain(brigade)
    }

    private func makeBrigade() -> UnsafeMutablePointer<apr_bucket_brigade>? {
        unsafe apr_brigade_create(
            pointer.pointee.pool, pointer.pointee.connection.pointee.bucket_alloc)
    }

    private func drain(_ brigade: UnsafeMutablePointer<apr_bucket_brigade>) -> BodyStep {
        var bytes: [UInt8] = []
        while let bucket = unsafe msw_brigade_first(brigade) {
            if unsafe msw_bucket_is_eos(bucket) != 0 {
                return bytes.isEmpty ? .end : .bytes(bytes)
            }
            if unsafe msw_bucket_is_metadata(bucket) == 0 {
                var data: UnsafePointer<CChar>?
                var length = 0
                let status = unsafe msw_bucket_read(bucket, &data, &length, APR_BLOCK_READ)
                if status != APR_SUCCESS { return failure(status) }
                // SAFETY: the bucket's data lives until the bucket is deleted below.
                unsafe bytes.append(
                    contentsOf: UnsafeRawBufferPointer(start: data, count: length))
                unsafe pointer.pointee.read_length += apr_off_t(length)
            }
            unsafe msw_bucket_delete(bucket)
        }
        return .bytes(bytes)
    }

    private func failure(_ status: apr_status_t) -> BodyStep {
        if msw_status_is_eof(status) != 0 { return .end }
        if msw_status_is_client_gone(status) != 0 { return .clientGone }
        let refusal = ap_map_http_request_error(status, HTTP_BAD_REQUEST)
        return refusal == AP_FILTER_ERROR ? .answered : .refused(refusal)
    }

    /// Sends a part of a file; httpd chooses between sendfile, mmap and reading.
    ///
    /// - Returns: The number of bytes handed over.
    func sendFile(_ path: String, offset: Int, length: Int?) throws -> Int {
        guard let pool, let name = unsafe pool.copy(path, refusing: .null) else {
            throw ServerError(APR_EINVAL, operation: "open", detail: path)
        }
        var file: OpaquePointer?
        let flags = APR_FOPEN_READ | APR_FOPEN_BINARY | APR_FOPEN_SENDFILE_ENABLED
        // SAFETY: the file belongs to the request's pool and is closed with it, or by the bucket.
        let opened = unsafe apr_file_open(&file, name, flags, APR_FPROT_OS_DEFAULT, pool.pointer)
        guard opened == APR_SUCCESS else {
            throw ServerError(opened, operation: "open", detail: path)
        }
        let size = try unsafe self.size(of: file, path)
        guard offset >= 0, offset <= size, (length ?? 0) >= 0 else {
            throw ServerError(
                APR_EINVAL, operation: "sendFile", detail: "\(path): offset \(offset)")
        }
        let count = min(length ?? (size - offset), size - offset)
        try unsafe pass(file, offset: offset, count: count)
        return count
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

    private func pass(_ file: OpaquePointer?, offset: Int, count: Int) throws {
        guard count > 0 else { return }
        guard let brigade = unsafe makeBrigade() else { return }
        unsafe apr_brigade_insert_file(
            brigade, file, apr_off_t(offset), apr_off_t(count), pointer.pointee.pool)
        let status = unsafe ap_pass_brigade(pointer.pointee.output_filters, brigade)
        unsafe apr_brigade_cleanup(brigade)
        guard status == APR_SUCCESS else { throw ClientGone() }
    }
}
