/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file mod_swift.h
 * @brief For other modules: how they run Swift and reach its objects. All of
 *        it is found by APR_RETRIEVE_OPTIONAL_FN, in post_config or later; NULL
 *        where mod_swift is not loaded.
 *
 * Call them in children only, on the thread that has the record.
 */
#ifndef MOD_SWIFT_H
#define MOD_SWIFT_H

#include <apr_optional.h>
#include <httpd.h>

/**
 * Calls a handler, as if it stood in a directive.
 * @param r the request
 * @param directive the directive's name, which says the phase and the default
 *        function: "SwiftHandler", "SwiftFixupHandler" ...
 * @param handler "module" or "module::function"
 * @param directory where the module is looked for before SwiftPath; NULL: only
 *        there
 * @return the result of a hook of that phase; a failure was logged, and is
 *         HTTP_INTERNAL_SERVER_ERROR, HTTP_SERVICE_UNAVAILABLE or DONE
 */
APR_DECLARE_OPTIONAL_FN(int, mod_swift_call,
                        (request_rec *r, const char *directive,
                         const char *handler, const char *directory));

/**
 * The object that handlers get for a record: ModSwift's Request, Connection,
 * Server. In Swift: Unmanaged<Request>.fromOpaque(p).takeUnretainedValue().
 * Borrowed; valid as long as the record. NULL where there is none.
 */
APR_DECLARE_OPTIONAL_FN(void *, mod_swift_request, (request_rec *r));
APR_DECLARE_OPTIONAL_FN(void *, mod_swift_connection, (conn_rec *c));
APR_DECLARE_OPTIONAL_FN(void *, mod_swift_server, (server_rec *s));

#endif /* MOD_SWIFT_H */
