// SPDX-License-Identifier: Apache-2.0

internal import CApache
internal import ServerRules

// SAFETY: written only in init; freed in deinit, with everything that it points to.
/// The result of httpd's expression parser, in its own pool.
///
/// Evaluation reads it and writes into the request's pool, so threads can share it, as they share
/// the expressions of the configuration.
@safe final class ExpressionTree: @unchecked Sendable {  // because nothing changes it
    private let pool: OpaquePointer
    private let info: UnsafeMutablePointer<ap_expr_info_t>

    /// The type of the result.
    enum Kind {
        case condition
        case string
    }

    /// Parses a text. File and line appear in httpd's log messages if the evaluation fails.
    init(
        _ text: String, _ kind: Kind, _ options: ServerExpression.Options, file: StaticString,
        line: UInt
    ) throws(ExpressionError) {
        if let problem = ExpressionText.problem(of: text) {
            throw ExpressionError(expression: text, message: problem)
        }
        var pool: OpaquePointer?
        guard unsafe apr_pool_create_unmanaged_ex(&pool, nil, nil) == APR_SUCCESS,
            let pool = unsafe pool
        else { stop("There is no memory for an expression") }
        guard let copy = unsafe Pool(pool)?.copy(text, refusing: .null) else {
            unsafe apr_pool_destroy(pool)
            throw ExpressionError(expression: text, message: "it holds NUL")
        }
        let info = UnsafeMutablePointer<ap_expr_info_t>.allocate(capacity: 1)
        // SAFETY: a StaticString with a pointer is immortal and ends with NUL.
        let name =
            unsafe file.hasPointerRepresentation
            ? UnsafeRawPointer(file.utf8Start).assumingMemoryBound(to: CChar.self) : nil
        unsafe info.initialize(
            to: ap_expr_info_t(
                root_node: nil, filename: name, line_number: UInt32(clamping: line),
                flags: Self.flags(kind, options), module_index: moduleIndex))
        if let message = unsafe ModSwift.text(ap_expr_parse(pool, pool, info, copy, nil)) {
            unsafe info.deallocate()
            unsafe apr_pool_destroy(pool)
            throw ExpressionError(expression: text, message: message)
        }
        unsafe (self.pool, self.info) = (pool, info)
    }

    private static func flags(_ kind: Kind, _ options: ServerExpression.Options) -> UInt32 {
        UInt32(
            (kind == .string ? AP_EXPR_FLAG_STRING_RESULT : 0)
                | (options.contains(.restricted) ? AP_EXPR_FLAG_RESTRICTED : 0)
                | (options.contains(.noVary) ? AP_EXPR_FLAG_DONT_VARY : 0))
    }

    deinit {
        unsafe info.deallocate()
        unsafe apr_pool_destroy(pool)
    }

    /// Evaluates the condition; nil and httpd's message if it cannot be evaluated.
    func holds(for record: RequestRecord) -> (Bool?, message: String) {
        var message: UnsafePointer<CChar>?
        let result = unsafe ap_expr_exec(record.pointer, info, &message)
        return (result < 0 ? nil : result > 0, text(message) ?? "")
    }

    /// Evaluates the string; nil and httpd's message if it cannot be evaluated.
    func string(for record: RequestRecord) -> (String?, message: String) {
        var message: UnsafePointer<CChar>?
        let result = unsafe text(ap_expr_str_exec(record.pointer, info, &message))
        return (result, text(message) ?? "")
    }
}
