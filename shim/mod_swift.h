/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_swift.h
 * @brief For other modules: functions that run Swift and return its objects.
 *        All of them are found by APR_RETRIEVE_OPTIONAL_FN, in post_config or
 *        later; NULL if mod_swift is not loaded.
 *
 * Call them only in children, on the thread that has the record.
 */
#ifndef MOD_SWIFT_H
#define MOD_SWIFT_H

#include <apr_optional.h>
#include <httpd.h>

/**
 * Calls a handler as if a directive named it.
 * @param r the request
 * @param directive the directive's name, which determines the phase and the
 *        default function: "SwiftHandler", "SwiftFixupHandler" ...
 * @param handler "module" or "module::function"
 * @param directory the directory that is searched for the module before
 *        SwiftPath; NULL: only SwiftPath is searched
 * @return the result of a hook of that phase; a failure was logged, and is
 *         HTTP_INTERNAL_SERVER_ERROR, HTTP_SERVICE_UNAVAILABLE or DONE
 */
APR_DECLARE_OPTIONAL_FN(int, mod_swift_call,
                        (request_rec *r, const char *directive,
                         const char *handler, const char *directory));

/**
 * Returns the object that handlers get for a record: ModSwift's Request,
 * Connection or Server. In Swift:
 * Unmanaged<Request>.fromOpaque(p).takeUnretainedValue().
 * Borrowed; valid as long as the record. NULL if there is none.
 */
APR_DECLARE_OPTIONAL_FN(void *, mod_swift_request, (request_rec *r));
APR_DECLARE_OPTIONAL_FN(void *, mod_swift_connection, (conn_rec *c));
APR_DECLARE_OPTIONAL_FN(void *, mod_swift_server, (server_rec *s));

#endif /* MOD_SWIFT_H */
